package io.mlxmanager.serve.generate;

import java.util.List;
import java.util.Optional;

/**
 * Ends an answer at the first of the caller's stop texts, wherever tokens cut it. Holds back only what may be the start of
 * one; a stop text itself is never given out. Confined to one thread.
 */
final class StopTexts {

    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private String hit;

    StopTexts(List<String> stops) {
        this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
    }

    /** The part of the text that is certain now; after a hit, the part before the stop text. */
    String accept(String text) {
        if (hit != null) {
            return "";
        }
        held.append(text);
        int start = -1;
        int end = Integer.MAX_VALUE;
        String met = null;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            // The one that is complete first, as if the text had come letter by letter.
            if (at >= 0 && at + stop.length() <= end) {
                start = at + stop.length() < end ? at : Math.min(start, at);
                end = at + stop.length();
                met = stop;
            }
        }
        if (start >= 0) {
            hit = met;
            return held.substring(0, start);
        }
        int certain = held.length() - longestStart();
        String out = held.substring(0, certain);
        held.delete(0, certain);
        return out;
    }

    /** Whether a stop text was met. */
    boolean hit() {
        return hit != null;
    }

    /** The stop text that was met. */
    Optional<String> met() {
        return Optional.ofNullable(hit);
    }

    /** What was held back at the end; empty after a hit. */
    String finish() {
        return hit != null ? "" : held.toString();
    }

    /** Length of the longest end of the held text that starts a stop text. */
    private int longestStart() {
        int longest = 0;
        for (String stop : stops) {
            int most = Math.min(stop.length() - 1, held.length());
            for (int length = most; length > longest; length--) {
                if (stop.startsWith(held.substring(held.length() - length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
