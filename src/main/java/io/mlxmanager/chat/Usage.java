package io.mlxmanager.chat;

/**
 * Token counts of one answer, taken from token ids.
 *
 * @param prompt tokens of the rendered prompt
 * @param completion all tokens generated, reasoning and tool markup included
 * @param reasoning the part of {@code completion} spent on thinking
 * @param cached the part of {@code prompt} that did not have to be computed again
 */
public record Usage(int prompt, int completion, int reasoning, int cached) {

    public static final Usage NONE = new Usage(0, 0, 0, 0);

    public Usage {
        if (prompt < 0 || completion < 0 || reasoning < 0 || cached < 0) {
            throw new IllegalArgumentException("negative token count: prompt " + prompt + ", completion " + completion
                    + ", reasoning " + reasoning + ", cached " + cached);
        }
    }

    public int total() {
        return prompt + completion;
    }
}
