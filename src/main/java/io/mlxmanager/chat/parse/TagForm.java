package io.mlxmanager.chat.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls whose arguments are written as bare text between tags. Patterns match with the white space before them. Immutable.
 *
 * @param first what begins a call up to its first value or, without arguments, its end
 * @param next what stands before a further value, or ends the call
 * @param blockEnd what ends a block of calls; none when a block is one call
 * @param breaksAreForm whether the line breaks right inside the tags do not belong to a value
 */
record TagForm(List<Start> first, List<Start> next, List<Pattern> blockEnd, boolean breaksAreForm) {

    /**
     * What stands before a value, or at the end of a call.
     *
     * @param pattern with the groups {@code name} (in {@link TagForm#first()}), {@code key}, and {@code text}, which says
     *     {@code true} or {@code false} where the format itself tells text from JSON
     * @param close what ends the value, where {@code $} stands for the key; empty at the end of a call
     */
    record Start(Pattern pattern, String close, boolean tellsText) {

        boolean endsCall() {
            return close.isEmpty();
        }

        String close(Matcher match) {
            return close.replace("$", match.group("key"));
        }
    }

    /** Builds a form from the pattern of a call's beginning and those of its arguments. */
    static final class Builder {

        private final String call;
        private final List<Start> first = new ArrayList<>();
        private final List<Start> next = new ArrayList<>();

        /** @param call pattern of the beginning of a call, with a group {@code name} */
        Builder(String call) {
            this.call = call;
        }

        /** One way of writing an argument: the pattern before its value and the text after it. */
        Builder argument(String open, String close) {
            return add(open, close);
        }

        Builder callEnd(String pattern) {
            return add(pattern, "");
        }

        private Builder add(String pattern, String close) {
            boolean tellsText = pattern.contains("<text>");
            first.add(new Start(Pattern.compile("\\s*" + call + pattern), close, tellsText));
            next.add(new Start(Pattern.compile(pattern), close, tellsText));
            return this;
        }

        /** @param blockEnd pattern of the end of a block of several calls; empty when a block is one call */
        TagForm build(String blockEnd, boolean breaksAreForm) {
            if (blockEnd.isEmpty()) {
                return new TagForm(List.copyOf(first), List.copyOf(next), List.of(), breaksAreForm);
            }
            // Models forget to close a call more often than its block.
            callEnd(blockEnd);
            List<Pattern> ends = List.of(Pattern.compile(blockEnd));
            return new TagForm(List.copyOf(first), List.copyOf(next), ends, breaksAreForm);
        }
    }

    boolean holdsSeveral() {
        return !blockEnd.isEmpty();
    }
}
