package io.mlxmanager.chat.template.python;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** Texts by characters as Python counts them: a character outside the basic plane is one, not two. */
final class CodePoints {

    private CodePoints() {}

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The character at an index from 0 to before the length. */
    static String at(String text, int index) {
        int offset = text.offsetByCodePoints(0, index);
        return Character.toString(text.codePointAt(offset));
    }

    static String substring(String text, int from, int to) {
        int start = text.offsetByCodePoints(0, from);
        return text.substring(start, text.offsetByCodePoints(start, to - from));
    }

    static Iterator<Object> each(String text) {
        return new Iterator<>() {
            private int offset;

            @Override
            public boolean hasNext() {
                return offset < text.length();
            }

            @Override
            public Object next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                String character = Character.toString(text.codePointAt(offset));
                offset += character.length();
                return character;
            }
        };
    }

    /** Order by code points. */
    static int compare(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean surrogates = Character.isSurrogate(a) || Character.isSurrogate(b);
                return surrogates && Character.isSurrogate(a) != Character.isSurrogate(b)
                        ? (Character.isSurrogate(a) ? 1 : -1)
                        : Character.compare(a, b);
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    /** White space as {@code str.strip()} and {@code str.split()} see it. */
    static boolean isSpace(int c) {
        return Character.isWhitespace(c)
                || c == 0x85
                || c == 0xA0
                || c == 0x2007
                || c == 0x202F
                || Character.isSpaceChar(c);
    }
}
