package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.sample.Sampler;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import java.util.Arrays;

/**
 * One running sequence. {@link #cancel} may be called from any thread and takes effect before the next step; everything
 * else belongs to the engine thread, which steps it until it is done and then closes it.
 */
public final class Generation {

    private final EngineModel model;
    private final GenerationRequest request;
    private final int[] prompt;
    private final GenerationListener listener;
    private final Sampler sampler;
    private final int prefillChunk;

    private ModelCache cache;
    private int read;
    private int next;
    private int generated;
    private boolean done;
    private volatile boolean cancelled;

    Generation(EngineModel model, GenerationRequest request, GenerationListener listener, int prefillChunk) {
        this.model = model;
        this.request = request;
        this.prompt = request.prompt();
        this.listener = listener;
        this.sampler = new Sampler(request.sampling());
        this.prefillChunk = prefillChunk;
    }

    /** Asks for the end. The listener hears {@link GenerationEnd#CANCELLED} unless the end came before. */
    public void cancel() {
        cancelled = true;
    }

    boolean done() {
        return done;
    }

    EngineModel model() {
        return model;
    }

    /** Reads one chunk of the prompt, or computes one token. Never throws: a failure goes to the listener. */
    void step() {
        try {
            if (cancelled) {
                end(GenerationEnd.CANCELLED);
                return;
            }
            advance();
        } catch (RuntimeException e) {
            fail(e);
        } catch (StackOverflowError | OutOfMemoryError | LinkageError e) {
            fail(new IllegalStateException("the engine could not go on: " + e, e));
        }
    }

    private void advance() {
        LanguageModel decoder = model.decoder();
        if (cache == null) {
            cache = decoder.newCache();
            listener.started();
            for (int id : prompt) {
                sampler.observe(id);
            }
        }
        int[] ids;
        if (read < prompt.length) {
            int to = Math.min(prompt.length, read + prefillChunk);
            ids = Arrays.copyOfRange(prompt, read, to);
            read = to;
        } else {
            ids = new int[] {next};
        }
        try (MlxScope scope = MlxScope.open()) {
            MlxArray logits = decoder.forward(ids, cache, Positions.LAST);
            if (read < prompt.length) {
                Ops.eval(logits);
                return;
            }
            next = sampler.plainGreedy() ? Ops.argmax(logits, -1).intValue() : sampler.choose(logits.toFloats());
        }
        emit();
    }

    private void emit() {
        sampler.observe(next);
        if (request.stopTokens().contains(next)) {
            end(GenerationEnd.STOP);
            return;
        }
        generated++;
        listener.token(next);
        if (generated == request.maxTokens() || cache.length() >= model.facts().contextLength()) {
            end(GenerationEnd.LENGTH);
        }
    }

    void fail(RuntimeException cause) {
        if (!done) {
            close();
            listener.failed(cause);
        }
    }

    private void end(GenerationEnd end) {
        close();
        listener.finished(end);
    }

    private void close() {
        done = true;
        if (cache != null) {
            cache.close();
            cache = null;
        }
    }
}
