package io.mlxmanager.testing;

import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.sample.TokenLogprobs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Hears one generation to its end. */
public class Heard implements GenerationListener {

    public final List<Integer> tokens = Collections.synchronizedList(new ArrayList<>());

    /** Of the answer, where they were asked for. */
    public final List<TokenLogprobs> scores = Collections.synchronizedList(new ArrayList<>());

    /** Of the prompt, where they were asked for. */
    public final List<TokenLogprobs> prompt = Collections.synchronizedList(new ArrayList<>());

    /** How many tokens of the prompt were known. */
    public final CompletableFuture<Integer> cached = new CompletableFuture<>();

    public final CompletableFuture<Integer> first = new CompletableFuture<>();
    public final CompletableFuture<GenerationEnd> end = new CompletableFuture<>();

    @Override
    public void started(int cachedTokens) {
        cached.complete(cachedTokens);
    }

    @Override
    public void promptToken(TokenLogprobs logprobs) {
        prompt.add(logprobs);
    }

    @Override
    public void token(int id) {
        tokens.add(id);
        first.complete(id);
    }

    @Override
    public void token(int id, TokenLogprobs logprobs) {
        scores.add(logprobs);
        token(id);
    }

    @Override
    public void finished(GenerationEnd how) {
        end.complete(how);
    }

    @Override
    public void failed(RuntimeException cause) {
        cached.completeExceptionally(cause);
        first.completeExceptionally(cause);
        end.completeExceptionally(cause);
    }

    /** The whole answer, when it has ended. */
    public List<Integer> all() {
        end.join();
        return tokens;
    }
}
