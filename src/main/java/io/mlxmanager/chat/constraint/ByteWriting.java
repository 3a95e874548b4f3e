package io.mlxmanager.chat.constraint;

import java.nio.charset.StandardCharsets;

/**
 * How characters are written as bytes between two nodes of a network: plain UTF-8, or inside a JSON string. In JSON every
 * character has one way to be written, except that a string that may hold anything may also use four-digit escapes.
 */
final class ByteWriting {

    /** Where the edges go. */
    interface Edges {
        int node();

        void bytes(int from, int first, int last, int to);
    }

    /** The last character of each length of UTF-8. */
    private static final int[] LONGEST = {0x7F, 0x7FF, 0xFFFF, CodePoints.LAST};

    private static final CodePoints UNWRITTEN = CodePoints.range(0, 0x1F).or(CodePoints.of("\"\\"));
    private static final String SHORT_ESCAPES = "\"\"\\\\b\bf\fn\nr\rt\t";

    private final Edges edges;

    ByteWriting(Edges edges) {
        this.edges = edges;
    }

    void plain(int from, CodePoints set, int to) {
        for (int i = 0; i < set.size(); i++) {
            int first = set.first(i);
            for (int most : LONGEST) {
                int last = Math.min(set.last(i), most);
                if (first <= last) {
                    sameLength(from, utf8(first), utf8(last), 0, to);
                    first = last + 1;
                }
            }
        }
    }

    private static byte[] utf8(int point) {
        return Character.toString(point).getBytes(StandardCharsets.UTF_8);
    }

    /** All sequences from {@code first} to {@code last}, whose bytes before {@code at} are equal. */
    private void sameLength(int from, byte[] first, byte[] last, int at, int to) {
        int low = first[at] & 0xFF;
        int high = last[at] & 0xFF;
        if (at == first.length - 1) {
            edges.bytes(from, low, high, to);
            return;
        }
        if (low == high) {
            int next = edges.node();
            edges.bytes(from, low, low, next);
            sameLength(next, first, last, at + 1, to);
            return;
        }
        boolean fromFirst = isFilled(first, at + 1, 0x80);
        boolean toLast = isFilled(last, at + 1, 0xBF);
        if (!fromFirst) {
            sameLength(from, first, filled(first, at + 1, 0xBF), at, to);
        }
        int middleLow = fromFirst ? low : low + 1;
        int middleHigh = toLast ? high : high - 1;
        if (middleLow <= middleHigh) {
            int next = edges.node();
            edges.bytes(from, middleLow, middleHigh, next);
            for (int i = at + 1; i < first.length; i++) {
                int behind = i == first.length - 1 ? to : edges.node();
                edges.bytes(next, 0x80, 0xBF, behind);
                next = behind;
            }
        }
        if (!toLast) {
            sameLength(from, filled(last, at + 1, 0x80), last, at, to);
        }
    }

    private static boolean isFilled(byte[] bytes, int from, int with) {
        for (int i = from; i < bytes.length; i++) {
            if ((bytes[i] & 0xFF) != with) {
                return false;
            }
        }
        return true;
    }

    private static byte[] filled(byte[] bytes, int from, int with) {
        byte[] copy = bytes.clone();
        for (int i = from; i < copy.length; i++) {
            copy[i] = (byte) with;
        }
        return copy;
    }

    void json(int from, CodePoints set, int to) {
        plain(from, set.minus(UNWRITTEN), to);
        CodePoints escaped = set.and(UNWRITTEN);
        if (escaped.isEmpty()) {
            return;
        }
        int backslash = edges.node();
        edges.bytes(from, '\\', '\\', backslash);
        for (int i = 0; i < SHORT_ESCAPES.length(); i += 2) {
            if (escaped.contains(SHORT_ESCAPES.charAt(i + 1))) {
                edges.bytes(backslash, SHORT_ESCAPES.charAt(i), SHORT_ESCAPES.charAt(i), to);
            }
        }
        if (set.equals(CodePoints.ANY)) {
            int u = edges.node();
            edges.bytes(backslash, 'u', 'u', u);
            anyHex(u, to);
        } else {
            controls(backslash, escaped, to);
        }
    }

    /** The control characters that have no short escape. */
    private void controls(int backslash, CodePoints escaped, int to) {
        for (int point = 0; point < 0x20; point++) {
            if (escaped.contains(point) && SHORT_ESCAPES.indexOf(point) < 0) {
                int at = backslash;
                String digits = String.format("u%04x", point);
                for (int i = 0; i < digits.length(); i++) {
                    int next = i == digits.length() - 1 ? to : edges.node();
                    edges.bytes(at, digits.charAt(i), digits.charAt(i), next);
                    at = next;
                }
            }
        }
    }

    /** Four digits of a character, or of a high surrogate with its low one behind it: a lone one is no character. */
    private void anyHex(int from, int to) {
        int three = hexTail(3, to);
        ranges(from, "09acefACEF", three);
        int d = edges.node();
        ranges(from, "ddDD", d);
        int two = hexTail(2, to);
        ranges(d, "07", two);
        int second = edges.node();
        int slash = edges.node();
        int u = edges.node();
        ranges(d, "89abAB", hexTail(2, second));
        edges.bytes(second, '\\', '\\', slash);
        edges.bytes(slash, 'u', 'u', u);
        int low = edges.node();
        ranges(u, "ddDD", low);
        ranges(low, "cfCF", two);
    }

    private int hexTail(int digits, int to) {
        int next = to;
        for (int i = 0; i < digits; i++) {
            int node = edges.node();
            ranges(node, "09afAF", next);
            next = node;
        }
        return next;
    }

    /** @param bounds first and last of each range */
    private void ranges(int from, String bounds, int to) {
        for (int i = 0; i < bounds.length(); i += 2) {
            edges.bytes(from, bounds.charAt(i), bounds.charAt(i + 1), to);
        }
    }
}
