package io.mlxmanager.chat.template.python;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The operators of the language. Results are paid for from the budget before they are made. */
public final class Operators {

    private final Budget budget;

    public Operators(Budget budget) {
        this.budget = budget;
    }

    public Object add(Object left, Object right) {
        if (Types.isText(left) && Types.isText(right)) {
            return concatenate(left, right);
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            if (left instanceof Double || right instanceof Double) {
                return Numbers.real(left) + Numbers.real(right);
            }
            return Numbers.integer(Numbers.big(left).add(Numbers.big(right)));
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return joined(a, b);
        }
        if (left instanceof Tuple a && right instanceof Tuple b) {
            return new Tuple(joined(a.items(), b.items()));
        }
        checkDefined(left, right);
        if (Types.isText(left) || left instanceof List || left instanceof Tuple) {
            String type = Types.isText(left) ? "str" : Types.name(left);
            throw new PythonException(
                    "can only concatenate " + type + " (not \"" + Types.name(right) + "\") to " + type);
        }
        throw unsupported("+", left, right);
    }

    private Object concatenate(Object left, Object right) {
        String a = Types.requireText(left);
        String b = Types.requireText(right);
        budget.text((long) a.length() + b.length());
        if (left instanceof String && right instanceof String) {
            return a + b;
        }
        String first = left instanceof Markup ? a : Markup.escape(a).text();
        String second = right instanceof Markup ? b : Markup.escape(b).text();
        return new Markup(first + second);
    }

    private List<Object> joined(List<?> left, List<?> right) {
        budget.items((long) left.size() + right.size());
        List<Object> result = new ArrayList<>(left);
        result.addAll(right);
        return result;
    }

    public Object subtract(Object left, Object right) {
        checkNumbers("-", left, right);
        if (left instanceof Double || right instanceof Double) {
            return Numbers.real(left) - Numbers.real(right);
        }
        return Numbers.integer(Numbers.big(left).subtract(Numbers.big(right)));
    }

    public Object multiply(Object left, Object right) {
        if (Numbers.isInteger(left) && !Numbers.isNumber(right)) {
            return repeat(right, left);
        }
        if (Numbers.isInteger(right) && !Numbers.isNumber(left)) {
            return repeat(left, right);
        }
        checkNumbers("*", left, right);
        if (left instanceof Double || right instanceof Double) {
            return Numbers.real(left) * Numbers.real(right);
        }
        return Numbers.integer(Numbers.big(left).multiply(Numbers.big(right)));
    }

    private Object repeat(Object sequence, Object times) {
        boolean repeatable = Types.isText(sequence) || sequence instanceof List || sequence instanceof Tuple;
        if (!repeatable) {
            checkDefined(sequence, times);
            throw unsupported("*", sequence, times);
        }
        long count = Math.max(0, Numbers.index(times));
        if (Types.isText(sequence)) {
            String text = Types.requireText(sequence);
            budget.text(product(text.length(), count));
            String repeated = text.isEmpty() ? "" : text.repeat((int) count);
            return sequence instanceof Markup ? new Markup(repeated) : repeated;
        }
        List<Object> items = Types.findSequence(sequence);
        budget.items(product(items.size(), count));
        List<Object> repeated = new ArrayList<>();
        for (long i = 0; i < count && !items.isEmpty(); i++) {
            repeated.addAll(items);
        }
        return sequence instanceof Tuple ? new Tuple(repeated) : repeated;
    }

    private static long product(int size, long count) {
        return size == 0 ? 0 : count > Long.MAX_VALUE / size ? Long.MAX_VALUE : size * count;
    }

    public Object divide(Object left, Object right) {
        checkNumbers("/", left, right);
        if (left instanceof Double || right instanceof Double) {
            double divisor = Numbers.real(right);
            if (divisor == 0) {
                throw new PythonException("float division by zero");
            }
            return Numbers.real(left) / divisor;
        }
        BigInteger divisor = Numbers.big(right);
        if (divisor.signum() == 0) {
            throw new PythonException("division by zero");
        }
        if (Numbers.big(left).signum() == 0) {
            return divisor.signum() < 0 ? -0.0 : 0.0;
        }
        BigDecimal dividend = new BigDecimal(Numbers.big(left));
        return dividend.divide(new BigDecimal(divisor), new MathContext(40)).doubleValue();
    }

    public Object floorDivide(Object left, Object right) {
        checkNumbers("//", left, right);
        if (left instanceof Double || right instanceof Double) {
            return Numbers.floorQuotient(Numbers.real(left), Numbers.real(right));
        }
        return Numbers.integer(floorDivision(left, right)[0]);
    }

    public Object modulo(Object left, Object right) {
        if (Types.isText(left)) {
            String formatted = PercentFormat.format(Types.requireText(left), right, budget);
            return left instanceof Markup ? new Markup(formatted) : formatted;
        }
        checkNumbers("%", left, right);
        if (left instanceof Double || right instanceof Double) {
            return Numbers.remainder(Numbers.real(left), Numbers.real(right));
        }
        return Numbers.integer(floorDivision(left, right)[1]);
    }

    private static BigInteger[] floorDivision(Object left, Object right) {
        BigInteger divisor = Numbers.big(right);
        if (divisor.signum() == 0) {
            throw new PythonException("integer division or modulo by zero");
        }
        BigInteger[] result = Numbers.big(left).divideAndRemainder(divisor);
        if (result[1].signum() != 0 && result[1].signum() != divisor.signum()) {
            result[0] = result[0].subtract(BigInteger.ONE);
            result[1] = result[1].add(divisor);
        }
        return result;
    }

    public Object power(Object left, Object right) {
        checkNumbers("** or pow()", left, right);
        budget.spend(64);
        return Numbers.power(left, right);
    }

    public Object negate(Object value) {
        checkUnary("-", value);
        return value instanceof Double number
                ? (Object) (-number)
                : Numbers.integer(Numbers.big(value).negate());
    }

    public Object plus(Object value) {
        checkUnary("+", value);
        return value instanceof Double ? value : Numbers.integer(Numbers.big(value));
    }

    /** {@code item in container}. */
    public boolean contains(Object container, Object item) {
        if (Types.isText(container)) {
            if (item instanceof Undefined || !Types.isText(item)) {
                throw new PythonException("'in <string>' requires string as left operand, not " + Types.name(item));
            }
            String text = Types.requireText(container);
            String wanted = Types.requireText(item);
            budget.read(text.length());
            budget.search(text.length(), wanted.length());
            return text.contains(wanted);
        }
        if (container instanceof Dict dict) {
            return dict.has(item);
        }
        if (container instanceof View view && view.kind() == View.Kind.KEYS) {
            return view.dict().has(item);
        }
        Iterator<Object> items = Types.findItems(container);
        if (items == null) {
            throw new PythonException("argument of type '" + Types.name(container) + "' is not iterable");
        }
        while (items.hasNext()) {
            budget.step();
            if (isEqual(items.next(), item)) {
                return true;
            }
        }
        return false;
    }

    public boolean isEqual(Object left, Object right) {
        return Comparison.isEqual(left, right, budget);
    }

    /** Whether {@code left operator right} holds for one of {@code < <= > >=}. */
    public boolean isOrdered(String operator, Object left, Object right) {
        if ((Numbers.isNan(left) && Numbers.isNumber(right)) || (Numbers.isNan(right) && Numbers.isNumber(left))) {
            return false;
        }
        int order = order(operator, left, right);
        return switch (operator) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    /** Negative, zero or positive as left is before, beside or after right. */
    public int order(String operator, Object left, Object right) {
        return Comparison.order(operator, left, right, budget);
    }

    private static void checkNumbers(String operator, Object left, Object right) {
        if (!Numbers.isNumber(left) || !Numbers.isNumber(right)) {
            checkDefined(left, right);
            throw unsupported(operator, left, right);
        }
    }

    private static void checkUnary(String operator, Object value) {
        if (!Numbers.isNumber(value)) {
            checkDefined(value, value);
            throw new PythonException("bad operand type for unary " + operator + ": '" + Types.name(value) + "'");
        }
    }

    private static void checkDefined(Object left, Object right) {
        if (left instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.failure();
        }
    }

    private static PythonException unsupported(String operator, Object left, Object right) {
        return new PythonException("unsupported operand type(s) for " + operator + ": '" + Types.name(left) + "' and '"
                + Types.name(right) + "'");
    }
}
