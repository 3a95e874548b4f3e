package io.mlxmanager.bench;

import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.Generation;
import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.sample.SamplingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The moments of one stream's tokens, by the clock on the wall. The engine's thread adds, others read. */
final class TimedStream implements GenerationListener {

    private final long asked = System.nanoTime();
    private final List<Long> tokens = new ArrayList<>();
    private final CompletableFuture<List<Long>> ended = new CompletableFuture<>();
    private final Runnable next;
    private Generation generation;

    private TimedStream(Runnable next) {
        this.next = next;
    }

    static TimedStream ask(Engine engine, EngineModel model, int[] prompt, int tokens, String tenant) {
        return ask(engine, model, prompt, tokens, tenant, () -> {});
    }

    /** @param next is done when it has ended, on the engine's thread */
    static TimedStream ask(Engine engine, EngineModel model, int[] prompt, int tokens, String tenant, Runnable next) {
        TimedStream stream = new TimedStream(next);
        stream.generation = engine.generate(
                model, new GenerationRequest(prompt, tokens, Set.of(), SamplingOptions.GREEDY, tenant), stream);
        return stream;
    }

    @Override
    public synchronized void token(int id) {
        tokens.add(System.nanoTime());
        notifyAll();
    }

    @Override
    public void finished(GenerationEnd end) {
        synchronized (this) {
            ended.complete(List.copyOf(tokens));
            notifyAll();
        }
        next.run();
    }

    @Override
    public synchronized void failed(RuntimeException cause) {
        ended.completeExceptionally(cause);
        notifyAll();
    }

    /** Waits for the end. */
    List<Long> tokens() {
        return ended.join();
    }

    synchronized int count() {
        return tokens.size();
    }

    /**
     * Waits until so many tokens have come.
     *
     * @throws IllegalStateException if it ends before
     */
    synchronized void await(int count) {
        while (tokens.size() < count) {
            if (ended.isDone()) {
                throw new IllegalStateException("the stream ended after " + tokens.size() + " tokens");
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    void cancel() {
        generation.cancel();
        ended.join();
    }

    long asked() {
        return asked;
    }

    double millisToFirst() {
        return (tokens().get(0) - asked) / 1e6;
    }

    /** Milliseconds between two tokens, of those that came between two moments. */
    synchronized List<Double> gaps(long from, long to) {
        List<Double> gaps = new ArrayList<>();
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.get(i - 1) >= from && tokens.get(i) <= to) {
                gaps.add((tokens.get(i) - tokens.get(i - 1)) / 1e6);
            }
        }
        return gaps;
    }

    static double percentile(List<Double> values, int percent) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[(int) Math.min(sorted.length - 1L, (long) sorted.length * percent / 100)];
    }
}
