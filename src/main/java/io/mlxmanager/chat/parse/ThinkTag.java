package io.mlxmanager.chat.parse;

import java.util.Objects;

/**
 * The pair of texts a model puts around its thinking. Letters match in either case.
 *
 * @param open for example {@code <think>}
 * @param close for example {@code </think>}
 */
public record ThinkTag(String open, String close) {

    public static final ThinkTag THINK = new ThinkTag("<think>", "</think>");

    public ThinkTag {
        Objects.requireNonNull(open, "open");
        Objects.requireNonNull(close, "close");
        if (open.isEmpty() || close.isEmpty()) {
            throw new IllegalArgumentException("empty thinking tag");
        }
    }

    /** Whether a prompt leaves off inside this tag, so that the answer begins with thinking. */
    public boolean isLeftOpenBy(String prompt) {
        String end = prompt.stripTrailing();
        return end.endsWith(open);
    }
}
