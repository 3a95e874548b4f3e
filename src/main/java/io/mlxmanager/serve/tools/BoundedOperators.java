package io.mlxmanager.serve.tools;

import com.ezylang.evalex.EvaluationException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.operators.InfixOperator;
import com.ezylang.evalex.operators.OperatorIfc;
import com.ezylang.evalex.operators.arithmetic.InfixModuloOperator;
import com.ezylang.evalex.operators.arithmetic.InfixPowerOfOperator;
import com.ezylang.evalex.parser.Token;
import java.math.BigDecimal;

/**
 * The operators whose cost grows with the size of a number and not with its digits: the remainder of 9^9^9 writes all of
 * its 370 million digits out. Their operands must be in the range of doubles.
 */
final class BoundedOperators {

    private static final int MAX_MAGNITUDE = 310;

    private BoundedOperators() {}

    @InfixOperator(precedence = OperatorIfc.OPERATOR_PRECEDENCE_POWER, leftAssociative = false)
    static final class Power extends InfixPowerOfOperator {
        private static final BigDecimal MAX_EXPONENT = BigDecimal.valueOf(100_000);

        @Override
        public EvaluationValue evaluate(Expression expression, Token token, EvaluationValue... operands)
                throws EvaluationException {
            bound(token, operands);
            if (operands[1].isNumberValue()
                    && operands[1].getNumberValue().abs().compareTo(MAX_EXPONENT) > 0) {
                throw new EvaluationException(token, "the exponent is too large");
            }
            return super.evaluate(expression, token, operands);
        }
    }

    @InfixOperator(precedence = OperatorIfc.OPERATOR_PRECEDENCE_MULTIPLICATIVE)
    static final class Remainder extends InfixModuloOperator {
        @Override
        public EvaluationValue evaluate(Expression expression, Token token, EvaluationValue... operands)
                throws EvaluationException {
            bound(token, operands);
            return super.evaluate(expression, token, operands);
        }
    }

    private static void bound(Token token, EvaluationValue... operands) throws EvaluationException {
        for (EvaluationValue operand : operands) {
            if (operand.isNumberValue() && Math.abs(magnitude(operand.getNumberValue())) > MAX_MAGNITUDE) {
                throw new EvaluationException(token, "a number is not in the range that can be reckoned with");
            }
        }
    }

    /** Power of ten of the first digit, about. */
    private static long magnitude(BigDecimal number) {
        return number.signum() == 0 ? 0 : (long) number.precision() - number.scale();
    }
}
