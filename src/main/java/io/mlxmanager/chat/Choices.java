package io.mlxmanager.chat;

import java.util.OptionalInt;

/**
 * How many answers are wanted to one prompt, and what is told of their tokens.
 *
 * @param count at least 1
 * @param topLogprobs likelihoods of tokens are wanted, and those of so many others beside each; empty for none
 */
public record Choices(int count, OptionalInt topLogprobs) {

    /** One answer, nothing about tokens. */
    public static final Choices ONE = new Choices(1, OptionalInt.empty());

    public Choices {
        if (count < 1) {
            throw new IllegalArgumentException("no answer is wanted: " + count);
        }
    }
}
