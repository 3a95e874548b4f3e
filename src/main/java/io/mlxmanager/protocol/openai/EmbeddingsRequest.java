package io.mlxmanager.protocol.openai;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A body of {@code POST /v1/embeddings}.
 *
 * @param inputs what is to become vectors, at least one
 * @param base64 whether vectors are wanted as base64 of little-endian float32
 * @param dimensions how many numbers a vector may have; empty for all
 * @param truncate most tokens of an input, the rest is left away; 0 for as many as the model reads; empty refuses longer ones
 * @param keepAliveSeconds how long the model stays in memory afterwards, negative for ever; empty where it is not said
 * @param ignored fields that nobody knows
 */
public record EmbeddingsRequest(
        String model,
        List<Input> inputs,
        boolean base64,
        OptionalInt dimensions,
        OptionalInt truncate,
        Optional<String> user,
        OptionalInt keepAliveSeconds,
        List<String> ignored) {

    public EmbeddingsRequest {
        inputs = List.copyOf(inputs);
        ignored = List.copyOf(ignored);
    }

    /** One thing that becomes a vector. */
    public sealed interface Input {

        record Text(String text) implements Input {}

        /** Token ids as they are; nothing is put around them. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Tokens(int[] ids) implements Input {}
    }
}
