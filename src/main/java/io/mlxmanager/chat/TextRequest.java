package io.mlxmanager.chat;

import io.mlxmanager.chat.constraint.Grammar;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Texts to be continued as they stand, without a chat template.
 *
 * @param prompts at least one; each is continued {@link Choices#count} times
 * @param maxTokens most tokens to generate, at least 0; empty leaves it to profile and context length
 * @param stop texts that end the answer and are not part of it
 * @param form what each answer is kept to; empty for free text
 * @param keepAliveSeconds how long the model stays in memory after the answer, negative for ever; empty leaves it to profile
 *     and server
 * @param echo whether each answer begins with its prompt
 */
public record TextRequest(
        String model,
        List<Prompt> prompts,
        Sampling sampling,
        OptionalInt maxTokens,
        List<String> stop,
        Optional<Grammar> form,
        OptionalInt keepAliveSeconds,
        Choices choices,
        boolean echo)
        implements AnswerRequest {

    public TextRequest {
        Objects.requireNonNull(model, "model");
        prompts = List.copyOf(prompts);
        Objects.requireNonNull(sampling, "sampling");
        Objects.requireNonNull(maxTokens, "maxTokens");
        stop = List.copyOf(stop);
        Objects.requireNonNull(form, "form");
        Objects.requireNonNull(keepAliveSeconds, "keepAliveSeconds");
        Objects.requireNonNull(choices, "choices");
    }
}
