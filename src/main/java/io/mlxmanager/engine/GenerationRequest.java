package io.mlxmanager.engine;

import io.mlxmanager.engine.sample.SamplingOptions;
import java.util.Set;

/**
 * One sequence to continue.
 *
 * @param prompt token ids, at least one; not changed afterwards
 * @param maxTokens most tokens to generate, at least 1
 * @param stopTokens ids that end the answer and do not belong to it
 * @param sampling how tokens are chosen
 * @param tenant whose request it is: tenants get equal shares of the engine, and share no cached prompts
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a list of boxed ids would cost every prompt twice
public record GenerationRequest(
        int[] prompt, int maxTokens, Set<Integer> stopTokens, SamplingOptions sampling, String tenant) {

    public GenerationRequest {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt is empty");
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("max_tokens must not be " + maxTokens);
        }
        prompt = prompt.clone();
        stopTokens = Set.copyOf(stopTokens);
    }

    /** Tokens of the prompt. */
    int promptLength() {
        return prompt.length;
    }

    @Override
    public int[] prompt() {
        return prompt.clone();
    }
}
