package io.mlxmanager.chat.template.python;

import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** Upper and lower case, and what a text consists of. */
public final class TextCase {

    private TextCase() {}

    public static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    public static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static String fold(String text) {
        return lower(text.replace("ß", "ss").replace("ẞ", "ss"));
    }

    /** The first character in title case, the rest in lower case. */
    public static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int end = text.offsetByCodePoints(0, 1);
        return titled(text.codePointAt(0)) + lower(text.substring(end));
    }

    private static String titled(int c) {
        int title = Character.toTitleCase(c);
        String upper = upper(Character.toString(c));
        return upper.length() > Character.charCount(c) && title == c
                ? capitalizeExpansion(upper)
                : Character.toString(title);
    }

    /** A character such as the German sharp s becomes two letters of which only the first stays upper. */
    private static String capitalizeExpansion(String upper) {
        return upper.substring(0, 1) + lower(upper.substring(1));
    }

    static String title(String text) {
        StringBuilder out = new StringBuilder();
        boolean inWord = false;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            out.append(inWord ? lower(Character.toString(c)) : titled(c));
            inWord = isCased(c);
        }
        return out.toString();
    }

    static String swap(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            String one = Character.toString(c);
            out.append(Character.isUpperCase(c) ? lower(one) : Character.isLowerCase(c) ? upper(one) : one);
        });
        return out.toString();
    }

    /** {@code text.isupper()}. */
    public static boolean isUpper(String text) {
        return hasCase(text, Character::isLowerCase);
    }

    /** {@code text.islower()}. */
    public static boolean isLower(String text) {
        return hasCase(text, Character::isUpperCase);
    }

    private static boolean hasCase(String text, IntPredicate wrong) {
        boolean cased = text.codePoints().anyMatch(TextCase::isCased);
        return cased && text.codePoints().noneMatch(c -> wrong.test(c) || Character.isTitleCase(c));
    }

    private static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    /** The method of this name that tells what a text consists of, or null. */
    static Predicate<String> findTest(String name) {
        return switch (name) {
            case "isupper" -> TextCase::isUpper;
            case "islower" -> TextCase::isLower;
            case "istitle" -> TextCase::isTitle;
            case "isspace" -> all(CodePoints::isSpace);
            case "isalpha" -> all(TextCase::isLetter);
            case "isalnum" -> all(c -> isLetter(c) || isNumeric(c));
            case "isdecimal" -> all(Character::isDigit);
            case "isdigit" -> all(c -> Character.isDigit(c) || isSuperscript(c));
            case "isnumeric" -> all(TextCase::isNumeric);
            case "isascii" -> text -> text.chars().allMatch(c -> c < 0x80);
            case "isprintable" -> text -> text.codePoints().allMatch(Representation::isPrintable);
            case "isidentifier" -> TextCase::isIdentifier;
            default -> null;
        };
    }

    private static Predicate<String> all(IntPredicate test) {
        return text -> !text.isEmpty() && text.codePoints().allMatch(test);
    }

    /** A letter in the sense of the general categories, which leave out marks that Java counts as alphabetic. */
    private static boolean isLetter(int c) {
        return switch (Character.getType(c)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER -> true;
            default -> false;
        };
    }

    private static boolean isNumeric(int c) {
        int type = Character.getType(c);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    private static boolean isSuperscript(int c) {
        return c == 0xB2
                || c == 0xB3
                || c == 0xB9
                || (c >= 0x2070 && c <= 0x2089 && isNumeric(c))
                || (c >= 0x2460 && c <= 0x2468);
    }

    private static boolean isIdentifier(String text) {
        return !text.isEmpty()
                && (text.charAt(0) == '_' || Character.isUnicodeIdentifierStart(text.codePointAt(0)))
                && text.codePoints()
                        .allMatch(c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
    }

    private static boolean isTitle(String text) {
        boolean inWord = false;
        boolean any = false;
        for (int c : text.codePoints().toArray()) {
            boolean big = Character.isUpperCase(c) || Character.isTitleCase(c);
            if ((big && inWord) || (Character.isLowerCase(c) && !inWord)) {
                return false;
            }
            inWord = big || Character.isLowerCase(c);
            any |= inWord;
        }
        return any;
    }
}
