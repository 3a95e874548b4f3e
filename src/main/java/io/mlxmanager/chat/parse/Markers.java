package io.mlxmanager.chat.parse;

import java.util.List;

/** Finding markers in text of which the end is not known yet. */
final class Markers {

    private Markers() {}

    /** Length of the longest end of {@code text} that is a proper beginning of {@code marker}. */
    static int heldBack(CharSequence text, String marker) {
        for (int length = Math.min(text.length(), marker.length() - 1); length > 0; length--) {
            if (matches(text, text.length() - length, marker, length)) {
                return length;
            }
        }
        return 0;
    }

    /** As {@link #heldBack(CharSequence, String)} for whichever marker holds back most. */
    static int heldBack(CharSequence text, List<String> markers) {
        int most = 0;
        for (String marker : markers) {
            most = Math.max(most, heldBack(text, marker));
        }
        return most;
    }

    /** Whether {@code text} from {@code from} on is a proper beginning of {@code marker}, or nothing at all. */
    static boolean mayBecome(CharSequence text, int from, String marker) {
        int length = text.length() - from;
        return length < marker.length() && matches(text, from, marker, length);
    }

    /** Whether {@code text} has the whole marker at {@code from}. */
    static boolean isAt(CharSequence text, int from, String marker) {
        return text.length() - from >= marker.length() && matches(text, from, marker, marker.length());
    }

    /** Where the marker first is in {@code text}, or -1; letters match in either case. */
    static int find(CharSequence text, String marker) {
        for (int i = 0; i + marker.length() <= text.length(); i++) {
            if (matches(text, i, marker, marker.length())) {
                return i;
            }
        }
        return -1;
    }

    /** Index of the first character that is not white space, or the length. */
    static int skipSpace(CharSequence text, int from) {
        int i = from;
        while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /** Index after the last character that is not white space. */
    static int trimmedEnd(CharSequence text) {
        int end = text.length();
        while (end > 0 && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    private static boolean matches(CharSequence text, int from, String marker, int length) {
        for (int i = 0; i < length; i++) {
            if (Character.toLowerCase(text.charAt(from + i)) != Character.toLowerCase(marker.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
