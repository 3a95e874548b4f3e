package io.mlxmanager.chat.template;

import java.math.BigInteger;
import java.util.Locale;

/** Integers as written in a template. */
final class NumberLiteral {

    private static final int MOST_DIGITS = 4300;

    private NumberLiteral() {}

    static Object integer(String text, int line) {
        if (text.length() > MOST_DIGITS) {
            throw new TemplateException("an integer has more than " + MOST_DIGITS + " digits", line);
        }
        String prefix = text.length() > 2 ? text.substring(0, 2).toLowerCase(Locale.ROOT) : "";
        BigInteger value = switch (prefix) {
            case "0x" -> new BigInteger(text.substring(2), 16);
            case "0o" -> new BigInteger(text.substring(2), 8);
            case "0b" -> new BigInteger(text.substring(2), 2);
            default -> new BigInteger(text);
        };
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }
}
