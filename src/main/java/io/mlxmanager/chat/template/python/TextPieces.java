package io.mlxmanager.chat.template.python;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Cutting texts to pieces as Python does. */
public final class TextPieces {

    private TextPieces() {}

    /** @param characters the set to remove, or null for white space */
    public static String strip(String text, String characters, boolean left, boolean right) {
        int start = 0;
        int end = text.length();
        while (left && start < end && isStripped(text.codePointAt(start), characters)) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (right && end > start && isStripped(text.codePointBefore(end), characters)) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    private static boolean isStripped(int c, String characters) {
        return characters == null ? CodePoints.isSpace(c) : characters.indexOf(c) >= 0;
    }

    /**
     * @param separator null for runs of white space
     * @param most how many cuts to make, or negative for all
     */
    static List<Object> split(String text, String separator, long most, boolean fromRight) {
        if (separator != null && separator.isEmpty()) {
            throw new PythonException("empty separator");
        }
        if (fromRight) {
            return separator == null ? splitSpaceFromRight(text, most) : splitFromRight(text, separator, most);
        }
        return separator == null ? splitSpace(text, most) : splitFromLeft(text, separator, most);
    }

    /** How many pieces splitting would make at most; null separates at white space. */
    public static long pieces(String text, String separator) {
        if (separator != null) {
            return separator.isEmpty() ? 0 : count(text, separator) + 1L;
        }
        long pieces = 1;
        for (int i = 1; i < text.length(); i++) {
            pieces += CodePoints.isSpace(text.charAt(i)) && !CodePoints.isSpace(text.charAt(i - 1)) ? 1 : 0;
        }
        return pieces;
    }

    /** How many lines there are at most. */
    public static long mostLines(String text) {
        return 1 + text.chars().filter(c -> isLineBreak((char) c)).count();
    }

    /** The pieces between runs of white space. */
    public static List<Object> words(String text) {
        return splitSpace(text, -1);
    }

    private static List<Object> splitFromLeft(String text, String separator, long most) {
        List<Object> pieces = new ArrayList<>();
        int from = 0;
        int at = text.indexOf(separator);
        while (at >= 0 && (most < 0 || pieces.size() < most)) {
            pieces.add(text.substring(from, at));
            from = at + separator.length();
            at = text.indexOf(separator, from);
        }
        pieces.add(text.substring(from));
        return pieces;
    }

    private static List<Object> splitFromRight(String text, String separator, long most) {
        List<Object> pieces = new ArrayList<>();
        int to = text.length();
        int at = text.lastIndexOf(separator, to - separator.length());
        while (at >= 0 && (most < 0 || pieces.size() < most)) {
            pieces.add(text.substring(at + separator.length(), to));
            to = at;
            at = to < separator.length() ? -1 : text.lastIndexOf(separator, to - separator.length());
        }
        pieces.add(text.substring(0, to));
        Collections.reverse(pieces);
        return pieces;
    }

    private static List<Object> splitSpace(String text, long most) {
        List<Object> pieces = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < text.length() && CodePoints.isSpace(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                return pieces;
            }
            if (most >= 0 && pieces.size() == most) {
                pieces.add(text.substring(at));
                return pieces;
            }
            int from = at;
            while (at < text.length() && !CodePoints.isSpace(text.charAt(at))) {
                at++;
            }
            pieces.add(text.substring(from, at));
        }
    }

    private static List<Object> splitSpaceFromRight(String text, long most) {
        List<Object> pieces = new ArrayList<>();
        int end = text.length();
        while (true) {
            while (end > 0 && CodePoints.isSpace(text.charAt(end - 1))) {
                end--;
            }
            if (end == 0) {
                break;
            }
            if (most >= 0 && pieces.size() == most) {
                pieces.add(text.substring(0, end));
                break;
            }
            int to = end;
            while (end > 0 && !CodePoints.isSpace(text.charAt(end - 1))) {
                end--;
            }
            pieces.add(text.substring(end, to));
        }
        Collections.reverse(pieces);
        return pieces;
    }

    /** {@code splitlines}. */
    public static List<Object> lines(String text, boolean keepEnds) {
        List<Object> lines = new ArrayList<>();
        int from = 0;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            i++;
            if (isLineBreak(c)) {
                int end = i - 1;
                if (c == '\r' && i < text.length() && text.charAt(i) == '\n') {
                    i++;
                }
                lines.add(text.substring(from, keepEnds ? i : end));
                from = i;
            }
        }
        if (from < text.length()) {
            lines.add(text.substring(from));
        }
        return lines;
    }

    private static boolean isLineBreak(char c) {
        return (c >= '\n' && c <= '\r') || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    static Tuple partition(String text, String separator, boolean fromRight) {
        if (separator.isEmpty()) {
            throw new PythonException("empty separator");
        }
        int at = fromRight ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (at < 0) {
            return fromRight ? Tuple.of("", "", text) : Tuple.of(text, "", "");
        }
        return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
    }

    /** How often a text occurs without overlap; the empty text occurs around every character. */
    static long count(String text, String wanted) {
        if (wanted.isEmpty()) {
            return CodePoints.length(text) + 1L;
        }
        long count = 0;
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length())) {
            count++;
        }
        return count;
    }

    /** The part of a text between the second and third argument of a method. */
    static String window(String text, Arguments.Bound bound) {
        if (!bound.isSaid(1) && !bound.isSaid(2)) {
            return text;
        }
        int length = CodePoints.length(text);
        int from = (int) windowStart(text, bound);
        int to = bound.isSaid(2) ? clamp(bound.integer(2, 0), length) : length;
        return from < to ? CodePoints.substring(text, from, to) : "";
    }

    static long windowStart(String text, Arguments.Bound bound) {
        return bound.isSaid(1) ? clamp(bound.integer(1, 0), CodePoints.length(text)) : 0;
    }

    private static int clamp(long index, int length) {
        long at = index < 0 ? index + length : index;
        return (int) Math.max(0, Math.min(length, at));
    }
}
