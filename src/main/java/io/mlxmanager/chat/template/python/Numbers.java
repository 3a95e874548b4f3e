package io.mlxmanager.chat.template.python;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/** Integers without bounds, floats, and how Python converts and prints them. */
final class Numbers {

    /** Larger integers are refused; Python itself does not print them. */
    private static final int MOST_BITS = 1 << 16;

    private static final int MOST_DIGITS = 4300;
    private static final Pattern DECIMAL_INTEGER = Pattern.compile("[+-]?[0-9]+(_[0-9]+)*");
    private static final Pattern FLOAT = Pattern.compile(
            "[+-]?([0-9]+(_[0-9]+)*\\.?([0-9]+(_[0-9]+)*)?|\\.[0-9]+(_[0-9]+)*)([eE][+-]?[0-9]+(_[0-9]+)*)?");
    private static final Pattern SPECIAL_FLOAT = Pattern.compile("(?i)[+-]?(inf|infinity|nan)");

    private Numbers() {}

    static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof BigInteger || value instanceof Boolean;
    }

    static boolean isNumber(Object value) {
        return isInteger(value) || value instanceof Double;
    }

    static BigInteger big(Object integer) {
        if (integer instanceof BigInteger value) {
            return value;
        }
        if (integer instanceof Boolean truth) {
            return truth ? BigInteger.ONE : BigInteger.ZERO;
        }
        return BigInteger.valueOf((Long) integer);
    }

    /** The shortest representation of an integer as a value. */
    static Object integer(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            return value.longValue();
        }
        if (value.bitLength() > MOST_BITS) {
            throw new PythonException("an integer of " + value.bitLength() + " bits is larger than allowed");
        }
        return value;
    }

    static double real(Object number) {
        if (number instanceof Double value) {
            return value;
        }
        if (number instanceof Long value) {
            return value;
        }
        double value = big(number).doubleValue();
        if (Double.isInfinite(value)) {
            throw new PythonException("int too large to convert to float");
        }
        return value;
    }

    /** A value that is used as a position or a count. */
    static long index(Object value) {
        if (!isInteger(value)) {
            if (value instanceof Undefined undefined) {
                throw undefined.failure();
            }
            throw new PythonException("'" + Types.name(value) + "' object cannot be interpreted as an integer");
        }
        BigInteger integer = big(value);
        if (integer.bitLength() >= Long.SIZE) {
            throw new PythonException("cannot fit 'int' into an index-sized integer");
        }
        return integer.longValue();
    }

    static Object power(Object base, Object exponent) {
        if (isInteger(base) && isInteger(exponent) && big(exponent).signum() >= 0) {
            BigInteger root = big(base);
            BigInteger times = big(exponent);
            if (root.bitLength() > 1 && (times.bitLength() > 31 || root.bitLength() * times.longValue() > MOST_BITS)) {
                throw new PythonException("an integer power is larger than allowed");
            }
            boolean trivial = root.bitLength() <= 1;
            return trivial ? trivialPower(root, times) : integer(root.pow(times.intValueExact()));
        }
        double left = real(base);
        double right = real(exponent);
        if (left == 0 && right < 0) {
            throw new PythonException("0.0 cannot be raised to a negative power");
        }
        if (left < 0 && !Double.isInfinite(left) && right != Math.rint(right)) {
            throw new PythonException("a complex result is not supported");
        }
        double result = Math.pow(left, right);
        if (Double.isInfinite(result) && !Double.isInfinite(left) && !Double.isInfinite(right)) {
            throw new PythonException("(34, 'Numerical result out of range')");
        }
        return result;
    }

    /** Powers of -2, -1, 0 and 1, of which only those of -2 grow. */
    private static Object trivialPower(BigInteger root, BigInteger times) {
        if (times.signum() == 0 || root.equals(BigInteger.ONE)) {
            return 1L;
        }
        if (root.signum() == 0) {
            return 0L;
        }
        if (root.equals(BigInteger.ONE.negate())) {
            return times.testBit(0) ? -1L : 1L;
        }
        if (times.bitLength() > 16) {
            throw new PythonException("an integer power is larger than allowed");
        }
        return integer(root.pow(times.intValueExact()));
    }

    /** {@code left // right} of two floats. */
    static double floorQuotient(double left, double right) {
        if (right == 0) {
            throw new PythonException("float floor division by zero");
        }
        double rest = left % right;
        double quotient = (left - rest) / right;
        if (rest != 0 && (right < 0) != (rest < 0)) {
            quotient -= 1;
        }
        if (quotient == 0) {
            return Math.copySign(0.0, left / right);
        }
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    /** {@code left % right} of two floats: the sign of the divisor. */
    static double remainder(double left, double right) {
        if (right == 0) {
            throw new PythonException("float modulo by zero");
        }
        double remainder = left % right;
        if (remainder == 0) {
            return Math.copySign(0.0, right);
        }
        return (remainder < 0) != (right < 0) ? remainder + right : remainder;
    }

    static int compare(Object left, Object right) {
        if (left instanceof Long a && right instanceof Long b) {
            return Long.compare(a, b);
        }
        if (left instanceof Double || right instanceof Double) {
            double a = left instanceof Double value ? value : Double.NaN;
            double b = right instanceof Double value ? value : Double.NaN;
            if (left instanceof Double && right instanceof Double) {
                return a == b ? 0 : Double.compare(a, b);
            }
            double only = left instanceof Double ? a : b;
            if (Double.isInfinite(only)) {
                return (only > 0) == (left instanceof Double) ? 1 : -1;
            }
            return exact(left).compareTo(exact(right));
        }
        return big(left).compareTo(big(right));
    }

    private static BigDecimal exact(Object number) {
        return number instanceof Double value ? new BigDecimal(value) : new BigDecimal(big(number));
    }

    static boolean isNan(Object value) {
        return value instanceof Double number && number.isNaN();
    }

    /** An integer in decimal digits. */
    static String text(Object integer) {
        if (integer instanceof Long) {
            return integer.toString();
        }
        BigInteger value = big(integer);
        String digits = value.toString();
        if (digits.length() > MOST_DIGITS + (value.signum() < 0 ? 1 : 0)) {
            throw new PythonException("Exceeds the limit (4300 digits) for integer string conversion");
        }
        return digits;
    }

    /** A float as {@code repr} prints it: the fewest digits that give the same number. */
    static String floatText(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal shortest = shortest(value);
        String digits = shortest.unscaledValue().abs().toString();
        int exponent = digits.length() - shortest.scale() - 1;
        String sign = value < 0 ? "-" : "";
        if (exponent < -4 || exponent >= 16) {
            String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
            String size = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
            return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + size;
        }
        String plain = shortest.abs().toPlainString();
        return sign + plain + (plain.indexOf('.') < 0 ? ".0" : "");
    }

    private static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits < 17; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (rounded.doubleValue() == value) {
                return rounded.stripTrailingZeros();
            }
        }
        return exact.round(new MathContext(17, RoundingMode.HALF_EVEN)).stripTrailingZeros();
    }

    /** {@code int(text, base)}, or null where Python refuses. */
    static Object parseInteger(String text, int base) {
        String digits = strip(text);
        if (base == 10) {
            return DECIMAL_INTEGER.matcher(digits).matches() && digits.length() <= MOST_DIGITS
                    ? integer(new BigInteger(digits.replace("_", "").replaceFirst("^\\+", "")))
                    : null;
        }
        boolean negative = digits.startsWith("-");
        String rest = negative || digits.startsWith("+") ? digits.substring(1) : digits;
        String prefix = base == 16 ? "0x" : base == 8 ? "0o" : base == 2 ? "0b" : "";
        if (!prefix.isEmpty() && rest.regionMatches(true, 0, prefix, 0, 2)) {
            rest = rest.substring(2);
        }
        if (rest.isEmpty() || rest.length() > MOST_DIGITS || rest.chars().anyMatch(c -> Character.digit(c, base) < 0)) {
            return null;
        }
        BigInteger value = new BigInteger(rest, base);
        return integer(negative ? value.negate() : value);
    }

    /** {@code float(text)}, or null where Python refuses. */
    static Double parseFloat(String text) {
        String digits = strip(text);
        if (FLOAT.matcher(digits).matches()) {
            return Double.valueOf(digits.replace("_", ""));
        }
        if (!SPECIAL_FLOAT.matcher(digits).matches()) {
            return null;
        }
        boolean negative = digits.startsWith("-");
        if (digits.toLowerCase(Locale.ROOT).endsWith("nan")) {
            return Double.NaN;
        }
        return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }

    /** {@code int(number)} of a finite float. */
    static Object truncated(double value) {
        return integer(new BigDecimal(value).toBigInteger());
    }

    private static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && CodePoints.isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && CodePoints.isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }
}
