package io.mlxmanager.serve.tools;

import static java.util.Map.entry;

import com.ezylang.evalex.EvaluationException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.config.ExpressionConfiguration;
import com.ezylang.evalex.config.MapBasedFunctionDictionary;
import com.ezylang.evalex.config.MapBasedOperatorDictionary;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.operators.arithmetic.InfixDivisionOperator;
import com.ezylang.evalex.operators.arithmetic.InfixMinusOperator;
import com.ezylang.evalex.operators.arithmetic.InfixMultiplicationOperator;
import com.ezylang.evalex.operators.arithmetic.InfixPlusOperator;
import com.ezylang.evalex.operators.arithmetic.PrefixMinusOperator;
import com.ezylang.evalex.operators.arithmetic.PrefixPlusOperator;
import com.ezylang.evalex.parser.ParseException;
import io.mlxmanager.base.json.JsonFields;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;

/**
 * Arithmetic with + - * / % ^ ** and parentheses. Reckons in decimals of 34 digits, so 0.1 + 0.2 is 0.3; a whole result
 * is given as a whole number, any other with 15 digits.
 */
final class Calculator implements DemoTool {

    private static final int MAX_LENGTH = 500;
    private static final MathContext SHOWN = new MathContext(15);
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Double.MAX_VALUE);

    /** Only the operators: functions such as a factorial would let a short text cost any amount of time. */
    @SuppressWarnings("unchecked") // the library takes entries as varargs
    private static final ExpressionConfiguration ARITHMETIC = ExpressionConfiguration.builder()
            .mathContext(MathContext.DECIMAL128)
            .operatorDictionary(MapBasedOperatorDictionary.ofOperators(
                    entry("+", new PrefixPlusOperator()),
                    entry("-", new PrefixMinusOperator()),
                    entry("+", new InfixPlusOperator()),
                    entry("-", new InfixMinusOperator()),
                    entry("*", new InfixMultiplicationOperator()),
                    entry("/", new InfixDivisionOperator()),
                    entry("%", new BoundedOperators.Remainder()),
                    entry("^", new BoundedOperators.Power()),
                    entry("**", new BoundedOperators.Power())))
            .functionDictionary(MapBasedFunctionDictionary.ofFunctions())
            .defaultConstants(Map.of())
            .arraysAllowed(false)
            .structuresAllowed(false)
            .implicitMultiplicationAllowed(false)
            .build();

    @Override
    public String name() {
        return "calculator";
    }

    @Override
    public String description() {
        return "Evaluate an arithmetic expression.";
    }

    @Override
    public JsonObject parameters() {
        return new ToolSchema()
                .required("expression", "string", "The expression, for example 2 + 3 * 4")
                .build();
    }

    @Override
    public JsonObjectBuilder run(JsonFields arguments) {
        String expression = arguments.requiredString("expression", MAX_LENGTH);
        arguments.end();
        return result(expression, value(expression));
    }

    private static BigDecimal value(String expression) {
        String plain = expression.replace('×', '*').replace('÷', '/').replace('−', '-');
        try {
            EvaluationValue value = new Expression(plain, ARITHMETIC).evaluate();
            if (!value.isNumberValue()) {
                throw new ToolFailure("the expression has no number as its result");
            }
            return value.getNumberValue();
        } catch (EvaluationException | ParseException e) {
            throw new ToolFailure("the expression cannot be evaluated: " + e.getMessage(), e);
        } catch (ArithmeticException | NumberFormatException e) {
            // What powers throw beyond the range of numbers.
            throw new ToolFailure("the result is not a finite number", e);
        }
    }

    private static JsonObjectBuilder result(String expression, BigDecimal value) {
        if (value.abs().compareTo(LARGEST) > 0) {
            throw new ToolFailure("the result is not a finite number");
        }
        JsonObjectBuilder result = Json.createObjectBuilder().add("expression", expression);
        return isWhole(value)
                ? result.add("result", value.toBigIntegerExact())
                : result.add("result", value.round(SHOWN).doubleValue());
    }

    private static boolean isWhole(BigDecimal value) {
        return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
    }
}
