package io.mlxmanager.chat.template.python;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code text % values}. */
public final class PercentFormat {

    private static final Pattern DIRECTIVE = Pattern.compile(
            "%(?:\\(([^)]*)\\))?([#0\\- +]*)(\\*|[0-9]{1,6})?(?:\\.(\\*|[0-9]{0,6}))?[hlL]?(.?)", Pattern.DOTALL);

    private static final long WIDEST = 999_999;

    private final Object values;
    private final Budget budget;
    private int next;

    private PercentFormat(Object values, Budget budget) {
        this.values = values;
        this.budget = budget;
    }

    /** @param values a tuple, a dictionary for {@code %(name)s}, or the one value */
    public static String format(String text, Object values, Budget budget) {
        return new PercentFormat(values, budget).apply(text);
    }

    private String apply(String text) {
        StringBuilder out = new StringBuilder();
        Matcher matcher = DIRECTIVE.matcher(text);
        int from = 0;
        while (matcher.find(from)) {
            out.append(text, from, matcher.start());
            String piece = directive(matcher);
            budget.grow(out.length(), piece.length());
            out.append(piece);
            from = matcher.end();
        }
        out.append(text, from, text.length());
        boolean left = values instanceof Tuple tuple ? next < tuple.items().size() : next == 0 && !isMapping();
        if (left) {
            throw new PythonException("not all arguments converted during string formatting");
        }
        return out.toString();
    }

    private boolean isMapping() {
        return values instanceof Dict
                || values instanceof List
                || values instanceof Range
                || values instanceof Undefined;
    }

    private String directive(Matcher matcher) {
        String type = matcher.group(5);
        if (type.isEmpty()) {
            throw new PythonException("incomplete format");
        }
        if (type.equals("%")) {
            return "%";
        }
        String flags = matcher.group(2);
        int width = star(matcher.group(3), 0);
        int precision = matcher.group(4) == null ? -1 : star(matcher.group(4).isEmpty() ? "0" : matcher.group(4), 0);
        Object value = matcher.group(1) == null ? take() : named(matcher.group(1));
        boolean left = flags.indexOf('-') >= 0 || width < 0;
        budget.text(Math.max(Math.abs(width), precision));
        String body = convert(type.charAt(0), flags, precision, value);
        int missing = Math.max(0, Math.abs(width) - CodePoints.length(body));
        if (left) {
            return body + " ".repeat(missing);
        }
        boolean zeros = flags.indexOf('0') >= 0 && "diouxXeEfFgG".contains(type);
        if (!zeros) {
            return " ".repeat(missing) + body;
        }
        int sign = !body.isEmpty() && "+- ".indexOf(body.charAt(0)) >= 0 ? 1 : 0;
        return body.substring(0, sign) + "0".repeat(missing) + body.substring(sign);
    }

    private String convert(char type, String flags, int precision, Object value) {
        char sign = flags.indexOf('+') >= 0 ? '+' : flags.indexOf(' ') >= 0 ? ' ' : 0;
        boolean alternate = flags.indexOf('#') >= 0;
        return switch (type) {
            case 's' -> cut(Representation.str(value, budget), precision);
            case 'r', 'a' -> cut(Representation.repr(value, budget), precision);
            case 'c' -> character(value);
            case 'd', 'i', 'u' ->
                zeroFilled(
                        new FormatSpec(" ", (char) 0, sign, false, 0, (char) 0, -1, 'd').format(whole(value), budget),
                        precision);
            case 'o', 'x', 'X' ->
                zeroFilled(
                        new FormatSpec(" ", (char) 0, sign, alternate, 0, (char) 0, -1, type)
                                .format(requireInteger(type, value), budget),
                        precision);
            case 'e', 'E', 'f', 'F', 'g', 'G' ->
                new FormatSpec(" ", (char) 0, sign, alternate, 0, (char) 0, precision, type)
                        .format(real(value), budget);
            default -> throw new PythonException("unsupported format character '" + type + "'");
        };
    }

    private static String zeroFilled(String number, int precision) {
        int sign = "+- ".indexOf(number.charAt(0)) >= 0 ? 1 : 0;
        int missing = precision - (number.length() - sign);
        return missing <= 0 ? number : number.substring(0, sign) + "0".repeat(missing) + number.substring(sign);
    }

    private static String cut(String text, int precision) {
        return precision < 0 || precision >= CodePoints.length(text) ? text : CodePoints.substring(text, 0, precision);
    }

    private static String character(Object value) {
        if (Types.isText(value) && Types.findLength(value) == 1) {
            return Types.requireText(value);
        }
        long code = Numbers.isInteger(value) ? Numbers.index(value) : -1;
        if (!Character.isValidCodePoint((int) code) || code > Character.MAX_CODE_POINT) {
            throw new PythonException("a character needs an integer or a text of length 1");
        }
        return Character.toString((int) code);
    }

    private static Object whole(Object value) {
        if (value instanceof Double number && !number.isNaN() && !number.isInfinite()) {
            return Numbers.truncated(number);
        }
        if (!Numbers.isInteger(value)) {
            throw new PythonException("%d format: a real number is required, not " + Types.name(value));
        }
        return Numbers.integer(Numbers.big(value));
    }

    private static Object requireInteger(char type, Object value) {
        if (!Numbers.isInteger(value)) {
            throw new PythonException("%" + type + " format: an integer is required, not " + Types.name(value));
        }
        return Numbers.integer(Numbers.big(value));
    }

    private static Object real(Object value) {
        if (!Numbers.isNumber(value)) {
            throw new PythonException("must be real number, not " + Types.name(value));
        }
        return Numbers.real(value);
    }

    private int star(String count, int otherwise) {
        if (count == null) {
            return otherwise;
        }
        if (!count.equals("*")) {
            return Integer.parseInt(count);
        }
        long given = Numbers.index(take());
        if (Math.abs(given) > WIDEST) {
            throw new PythonException("width too big");
        }
        return (int) given;
    }

    private Object take() {
        if (values instanceof Tuple tuple) {
            if (next >= tuple.items().size()) {
                throw new PythonException("not enough arguments for format string");
            }
            return tuple.items().get(next++);
        }
        if (next > 0) {
            throw new PythonException("not enough arguments for format string");
        }
        next++;
        return values;
    }

    private Object named(String name) {
        if (!(values instanceof Dict dict)) {
            throw new PythonException("format requires a mapping");
        }
        Object value = dict.find(name);
        if (value == null) {
            throw new PythonException("KeyError: '" + name + "'");
        }
        return value;
    }
}
