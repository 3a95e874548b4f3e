package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Operators;
import io.mlxmanager.chat.template.python.Types;
import io.mlxmanager.chat.template.python.Undefined;
import java.util.ArrayList;
import java.util.List;

/** Expressions made with operators. Operators of one precedence stand in one flat list, so that long sums do not nest. */
final class Operations {

    private Operations() {}

    /** An operator and what stands to its right. */
    record Operand(String operator, Expression value) {}

    /** {@code first op value op value …}, from left to right. */
    record Arithmetic(Expression first, List<Operand> operands) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object result = first.evaluate(scope);
            Operators operators = scope.rendering().operators();
            for (Operand operand : operands) {
                scope.rendering().budget().step();
                Object right = operand.value().evaluate(scope);
                result = switch (operand.operator()) {
                    case "+" -> operators.add(result, right);
                    case "-" -> operators.subtract(result, right);
                    case "*" -> operators.multiply(result, right);
                    case "/" -> operators.divide(result, right);
                    case "//" -> operators.floorDivide(result, right);
                    case "%" -> operators.modulo(result, right);
                    default -> operators.power(result, right);
                };
            }
            return result;
        }

        @Override
        public List<Expression> parts() {
            return withFirst(first, operands);
        }
    }

    /** {@code a < b == c …}: every neighbouring pair has to hold; what stands to the right is evaluated only if needed. */
    record Comparison(Expression first, List<Operand> operands) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object left = first.evaluate(scope);
            for (Operand operand : operands) {
                scope.rendering().budget().step();
                Object right = operand.value().evaluate(scope);
                if (!Conditions.holds(
                        operand.operator(), left, right, scope.rendering().operators())) {
                    return false;
                }
                left = right;
            }
            return true;
        }

        @Override
        public List<Expression> parts() {
            return withFirst(first, operands);
        }
    }

    /** {@code a and b and …} or {@code a or b or …}: the value that decides, not just its truth. */
    record Logic(boolean isAnd, List<Expression> values) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object value = false;
            for (Expression each : values) {
                value = each.evaluate(scope);
                if (Types.truth(value) != isAnd) {
                    return value;
                }
            }
            return value;
        }

        @Override
        public List<Expression> parts() {
            return values;
        }
    }

    record Not(Expression value) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return !Types.truth(value.evaluate(scope));
        }

        @Override
        public List<Expression> parts() {
            return List.of(value);
        }
    }

    record Sign(boolean negative, Expression value) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Operators operators = scope.rendering().operators();
            Object number = value.evaluate(scope);
            return negative ? operators.negate(number) : operators.plus(number);
        }

        @Override
        public List<Expression> parts() {
            return List.of(value);
        }
    }

    /** {@code a ~ b ~ …}: the printed forms joined. */
    record Concatenation(List<Expression> values) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            StringBuilder out = new StringBuilder();
            for (Expression value : values) {
                scope.rendering().write(scope.rendering().str(value.evaluate(scope)), out);
            }
            return out.toString();
        }

        @Override
        public List<Expression> parts() {
            return values;
        }
    }

    /** {@code then if test else otherwise}. */
    record Conditional(Expression test, Expression then, Expression otherwise, int line) implements Expression {

        /** @param otherwise null when there is no else */
        Conditional {}

        @Override
        public Object evaluate(Scope scope) {
            if (Types.truth(test.evaluate(scope))) {
                return then.evaluate(scope);
            }
            return otherwise != null
                    ? otherwise.evaluate(scope)
                    : new Undefined("the inline if-expression on line " + line
                            + " evaluated to false and no else section was defined.");
        }

        @Override
        public List<Expression> parts() {
            return otherwise == null ? List.of(test, then) : List.of(test, then, otherwise);
        }
    }

    private static List<Expression> withFirst(Expression first, List<Operand> operands) {
        List<Expression> parts = new ArrayList<>();
        parts.add(first);
        operands.forEach(operand -> parts.add(operand.value()));
        return parts;
    }
}
