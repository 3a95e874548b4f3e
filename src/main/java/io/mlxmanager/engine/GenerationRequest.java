package io.mlxmanager.engine;

import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.engine.sample.TokenConstraint;
import java.util.Optional;
import java.util.Set;

/**
 * One sequence to continue.
 *
 * @param prompt token ids, at least one; not changed afterwards
 * @param maxTokens most tokens to generate; 0 only reads the prompt
 * @param stopTokens ids that end the answer and do not belong to it
 * @param sampling how tokens are chosen
 * @param logprobs what is told of the likelihood of tokens
 * @param constraint what the answer is kept to; belongs to this one sequence
 * @param share whose request it is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a list of boxed ids would cost every prompt twice
public record GenerationRequest(
        int[] prompt,
        int maxTokens,
        Set<Integer> stopTokens,
        SamplingOptions sampling,
        Optional<Logprobs> logprobs,
        Optional<TokenConstraint> constraint,
        Share share) {

    /**
     * @param top how many of the most likely tokens are told beside each token
     * @param prompt whether those of the prompt are told too; it is then read from its first token on
     */
    public record Logprobs(int top, boolean prompt) {}

    public GenerationRequest {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt is empty");
        }
        if (maxTokens < 0) {
            throw new IllegalArgumentException("max_tokens must not be " + maxTokens);
        }
        prompt = prompt.clone();
        stopTokens = Set.copyOf(stopTokens);
    }

    /** A request that came with no key. */
    public GenerationRequest(
            int[] prompt,
            int maxTokens,
            Set<Integer> stopTokens,
            SamplingOptions sampling,
            Optional<Logprobs> logprobs,
            Optional<TokenConstraint> constraint,
            String tenant) {
        this(prompt, maxTokens, stopTokens, sampling, logprobs, constraint, Share.of(tenant));
    }

    /** A request without likelihoods or constraint. */
    public GenerationRequest(
            int[] prompt, int maxTokens, Set<Integer> stopTokens, SamplingOptions sampling, String tenant) {
        this(prompt, maxTokens, stopTokens, sampling, Optional.empty(), Optional.empty(), tenant);
    }

    /** Who shares cached prompts with it. */
    String tenant() {
        return share.tenant();
    }

    /** Tokens of the prompt. */
    int promptLength() {
        return prompt.length;
    }

    /** Whether the likelihood of the prompt's own tokens is wanted. */
    boolean scoresPrompt() {
        return logprobs.isPresent() && logprobs.get().prompt();
    }

    @Override
    public int[] prompt() {
        return prompt.clone();
    }
}
