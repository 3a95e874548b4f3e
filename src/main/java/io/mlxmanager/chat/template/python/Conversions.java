package io.mlxmanager.chat.template.python;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers made of other values, as {@code int()}, {@code float()}, {@code round()} and {@code abs()} make them. */
public final class Conversions {

    private Conversions() {}

    /** {@code int(value, base)}, or null where Python refuses. */
    public static Object integer(Object value, int base) {
        if (base < 2 || base > 36) {
            return null;
        }
        if (Types.isText(value)) {
            Object number = Numbers.parseInteger(Types.requireText(value), base);
            Double real = number == null ? Numbers.parseFloat(Types.requireText(value)) : null;
            return real == null || real.isNaN() || real.isInfinite() ? number : Numbers.truncated(real);
        }
        if (value instanceof Double number) {
            if (number.isInfinite()) {
                throw new PythonException("cannot convert float infinity to integer");
            }
            return number.isNaN() ? null : Numbers.truncated(number);
        }
        requireDefined(value);
        return Numbers.isInteger(value) ? Numbers.integer(Numbers.big(value)) : null;
    }

    /** {@code float(value)}, or null where Python refuses. */
    public static Object real(Object value) {
        if (Types.isText(value)) {
            return Numbers.parseFloat(Types.requireText(value));
        }
        requireDefined(value);
        return Numbers.isNumber(value) ? (Object) Numbers.real(value) : null;
    }

    /** {@code abs(value)}. */
    public static Object absolute(Object value) {
        requireNumber("abs()", value);
        return value instanceof Double number
                ? (Object) Math.abs(number)
                : Numbers.integer(Numbers.big(value).abs());
    }

    /** {@code round(value, precision)}: half to even; an integer stays one. */
    public static Object rounded(Object value, int precision) {
        requireNumber("round()", value);
        if (!(value instanceof Double number)) {
            BigDecimal exact = new BigDecimal(Numbers.big(value));
            return precision >= 0
                    ? Numbers.integer(Numbers.big(value))
                    : Numbers.integer(
                            exact.setScale(precision, RoundingMode.HALF_EVEN).toBigInteger());
        }
        if (number.isNaN() || number.isInfinite()) {
            return number;
        }
        double result = new BigDecimal(number)
                .setScale(precision, RoundingMode.HALF_EVEN)
                .doubleValue();
        return Math.copySign(result, number);
    }

    /** {@code math.ceil} or {@code math.floor}. */
    public static Object whole(Object value, boolean up) {
        requireNumber("must be real number", value);
        if (!(value instanceof Double number)) {
            return Numbers.integer(Numbers.big(value));
        }
        if (number.isNaN() || number.isInfinite()) {
            throw new PythonException("cannot convert float " + Numbers.floatText(number) + " to integer");
        }
        return Numbers.truncated(up ? Math.ceil(number) : Math.floor(number));
    }

    /** A number with this many digits behind the point. */
    public static String fixed(double value, int digits) {
        return FormatSpec.fixed(new BigDecimal(value), digits, false);
    }

    private static void requireNumber(String what, Object value) {
        requireDefined(value);
        if (!Numbers.isNumber(value)) {
            throw new PythonException("bad operand type for " + what + ": '" + Types.name(value) + "'");
        }
    }

    private static void requireDefined(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
    }
}
