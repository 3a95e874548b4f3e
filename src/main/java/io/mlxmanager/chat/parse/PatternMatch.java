package io.mlxmanager.chat.parse;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text that grows until it is what one of several patterns describes, or cannot become it any more. */
final class PatternMatch {

    /** Nothing between the parts of a call is longer; what is, is not a call. */
    private static final int LONGEST = 512;

    private final StringBuilder text = new StringBuilder();

    /** Adds a character. */
    void add(char c) {
        text.append(c);
    }

    /** Starts again with no text. */
    void clear() {
        text.setLength(0);
    }

    boolean isBlank() {
        return Markers.skipSpace(text, 0) == text.length();
    }

    /** The match of the first pattern that describes the whole text. */
    Optional<Matcher> whole(List<Pattern> patterns) {
        String now = text.toString();
        for (Pattern pattern : patterns) {
            Matcher matcher = pattern.matcher(now);
            if (matcher.matches()) {
                return Optional.of(matcher);
            }
        }
        return Optional.empty();
    }

    /** Whether more text could make one of the patterns match. */
    boolean mayMatch(List<Pattern> patterns) {
        if (text.length() > LONGEST) {
            return false;
        }
        for (Pattern pattern : patterns) {
            Matcher matcher = pattern.matcher(text);
            if (matcher.matches() || matcher.hitEnd()) {
                return true;
            }
        }
        return false;
    }
}
