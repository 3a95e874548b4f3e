package io.mlxmanager.chat.template.python;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A format specification, {@code [[fill]align][sign][#][0][width][,][.precision][type]}, and numbers and texts printed by it.
 *
 * @param align one of {@code < > = ^}, or 0 for the type's own
 * @param grouping {@code ,} or {@code _}, or 0 for none
 * @param precision -1 when not given
 * @param type the letter, or 0 when not given
 */
record FormatSpec(
        String fill, char align, char sign, boolean alternate, int width, char grouping, int precision, char type) {

    private static final Pattern SYNTAX = Pattern.compile(
            "(?:(.)?([<>=^]))?([+\\- ])?(#)?(0)?([0-9]+)?([,_])?(?:\\.([0-9]+))?([bcdeEfFgGnosxX%])?", Pattern.DOTALL);

    static FormatSpec parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new PythonException("Invalid format specifier '" + text + "'");
        }
        boolean zero = matcher.group(5) != null;
        String fill = matcher.group(1) != null ? matcher.group(1) : zero ? "0" : " ";
        char align = matcher.group(2) != null ? matcher.group(2).charAt(0) : zero ? '=' : 0;
        return new FormatSpec(
                fill,
                align,
                letter(matcher.group(3)),
                matcher.group(4) != null,
                count(matcher.group(6), 0),
                letter(matcher.group(7)),
                count(matcher.group(8), -1),
                letter(matcher.group(9)));
    }

    private static char letter(String group) {
        return group == null ? 0 : group.charAt(0);
    }

    private static int count(String group, int otherwise) {
        if (group == null) {
            return otherwise;
        }
        if (group.length() > 6) {
            throw new PythonException("Too many decimal digits in format string");
        }
        return Integer.parseInt(group);
    }

    /** {@code format(value, spec)}. */
    String format(Object value, Budget budget) {
        budget.text(Math.max(width, precision));
        if (value instanceof Double number) {
            return number(number);
        }
        if (value instanceof Boolean && equals(parse(""))) {
            return pad(Representation.str(value, budget), '<');
        }
        if (Numbers.isInteger(value)) {
            return integer(value);
        }
        String text = Representation.str(value, budget);
        if (!Types.isText(value) && !equals(parse(""))) {
            throw new PythonException("unsupported format string passed to " + Types.name(value) + ".__format__");
        }
        if ((type != 0 && type != 's') || (align == '=' && !fill.equals("0"))) {
            throw new PythonException("Unknown format code '" + type + "' for object of type 'str'");
        }
        int length = CodePoints.length(text);
        String cut = precision >= 0 && precision < length ? CodePoints.substring(text, 0, precision) : text;
        return pad(cut, '<');
    }

    private String integer(Object value) {
        if (type == 'c') {
            return pad(Character.toString((int) Numbers.index(value)), '<');
        }
        if ("eEfFgG%".indexOf(type) >= 0 && type != 0) {
            return number(Numbers.real(value));
        }
        if (type == 's') {
            throw new PythonException("Unknown format code 's' for object of type 'int'");
        }
        boolean negative = Numbers.big(value).signum() < 0;
        int radix = type == 'b' ? 2 : type == 'o' ? 8 : type == 'x' || type == 'X' ? 16 : 10;
        Numbers.text(value);
        String digits = Numbers.big(value).abs().toString(radix);
        String prefix = alternate && radix != 10 ? "0" + Character.toLowerCase(type) : "";
        String body = group(digits, radix == 10 ? 3 : 4);
        String whole = type == 'X' ? (prefix + body).toUpperCase(Locale.ROOT) : prefix + body;
        return signed(negative, whole);
    }

    private String number(double value) {
        boolean negative = value < 0 || (value == 0 && 1 / value < 0);
        double size = Math.abs(value);
        String body;
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            body = Double.isNaN(value) ? "nan" : "inf";
        } else {
            body = finite(size);
        }
        String suffix = type == '%' ? "%" : "";
        String cased = type == 'E' || type == 'F' || type == 'G' ? body.toUpperCase(Locale.ROOT) : body;
        int point = endOfInteger(cased);
        return signed(negative, group(cased.substring(0, point), 3) + cased.substring(point) + suffix);
    }

    private String finite(double size) {
        int digits = precision < 0 ? 6 : precision;
        return switch (type) {
            case 'f', 'F' -> fixed(new BigDecimal(size), digits, alternate);
            case '%' -> fixed(new BigDecimal(size).scaleByPowerOfTen(2), digits, alternate);
            case 'e', 'E' -> scientific(new BigDecimal(size), digits, alternate);
            case 'g', 'G', 'n' -> general(new BigDecimal(size), digits, alternate, false);
            default -> precision < 0 ? Numbers.floatText(size) : general(new BigDecimal(size), precision, false, true);
        };
    }

    private static int endOfInteger(String digits) {
        int i = 0;
        while (i < digits.length() && Character.isDigit(digits.charAt(i))) {
            i++;
        }
        return i;
    }

    static String fixed(BigDecimal size, int digits, boolean alternate) {
        String text = size.setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
        return alternate && digits == 0 ? text + "." : text;
    }

    static String scientific(BigDecimal size, int digits, boolean alternate) {
        BigDecimal rounded = size.round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
        String all = rounded.unscaledValue().toString();
        int exponent = rounded.signum() == 0 ? 0 : all.length() - 1 - rounded.scale();
        StringBuilder padded = new StringBuilder(all);
        while (padded.length() < digits + 1) {
            padded.append('0');
        }
        padded.setLength(digits + 1);
        String fraction = digits > 0 || alternate ? "." + padded.substring(1) : "";
        return padded.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    static String general(BigDecimal size, int precision, boolean alternate, boolean likeRepr) {
        int digits = Math.max(1, precision);
        BigDecimal rounded = size.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - 1 - rounded.scale();
        int most = likeRepr && precision > 0 ? digits - 1 : digits;
        boolean plain = exponent >= -4 && exponent < Math.max(1, most);
        if (!plain) {
            String text = scientific(size, digits - 1, alternate);
            int e = text.indexOf('e');
            return (alternate ? text.substring(0, e) : withoutZeros(text.substring(0, e))) + text.substring(e);
        }
        String text = fixed(rounded, Math.max(0, digits - 1 - exponent), alternate);
        String shorter = alternate ? text : withoutZeros(text);
        return likeRepr && shorter.indexOf('.') < 0 ? shorter + ".0" : shorter;
    }

    private static String withoutZeros(String text) {
        if (text.indexOf('.') < 0) {
            return text;
        }
        String shorter = text.replaceFirst("0+$", "");
        return shorter.endsWith(".") ? shorter.substring(0, shorter.length() - 1) : shorter;
    }

    private String group(String digits, int size) {
        if (grouping == 0) {
            return digits;
        }
        StringBuilder grouped = new StringBuilder();
        for (int i = 0; i < digits.length(); i++) {
            if (i > 0 && (digits.length() - i) % size == 0) {
                grouped.append(grouping);
            }
            grouped.append(digits.charAt(i));
        }
        return grouped.toString();
    }

    private String signed(boolean negative, String body) {
        String mark = negative ? "-" : sign == '+' || sign == ' ' ? String.valueOf(sign) : "";
        if (align == '=') {
            String padding = fill.repeat(Math.max(0, width - mark.length() - body.length()));
            return mark + padding + body;
        }
        return pad(mark + body, '>');
    }

    private String pad(String text, char ownAlign) {
        int missing = Math.max(0, width - CodePoints.length(text));
        char side = align == 0 || align == '=' ? ownAlign : align;
        return switch (side) {
            case '<' -> text + fill.repeat(missing);
            case '^' -> fill.repeat(missing / 2) + text + fill.repeat(missing - missing / 2);
            default -> fill.repeat(missing) + text;
        };
    }
}
