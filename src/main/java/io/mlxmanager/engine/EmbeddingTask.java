package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.TextEncoder;
import io.mlxmanager.engine.embed.Embedder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Texts of one request on their way to vectors. {@link #cancel} and {@link #result} may be called from any thread; everything
 * else belongs to the engine thread. Texts of about the same length go through the model side by side.
 */
final class EmbeddingTask implements EmbeddingRun {

    /** Tokens that are read side by side, unless a single text has more. */
    private static final int SIDE_BY_SIDE = 256;

    private final LocalModel model;
    private final List<int[]> texts;
    private final Share share;
    private final CompletableFuture<List<float[]>> result = new CompletableFuture<>();

    /** Places of the texts, the longest first. */
    private final List<Integer> order;

    private final List<float[]> vectors;
    private int begun;
    private List<Integer> reading = List.of();
    private TextEncoder.Reading states;
    private volatile boolean cancelled;

    EmbeddingTask(LocalModel model, List<int[]> texts, Share share) {
        if (texts.isEmpty() || texts.stream().anyMatch(text -> text.length == 0)) {
            throw new IllegalArgumentException("there are no tokens");
        }
        this.model = model;
        this.texts = texts.stream().map(int[]::clone).toList();
        this.share = share;
        this.vectors = new ArrayList<>(Collections.nCopies(texts.size(), new float[0]));
        this.order = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparing(i -> -texts.get(i).length))
                .toList();
    }

    @Override
    public CompletableFuture<List<float[]>> result() {
        return result;
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    LocalModel model() {
        return model;
    }

    Share share() {
        return share;
    }

    boolean done() {
        return result.isDone();
    }

    /** One piece of the work. Never throws: a failure goes to the result. */
    void advance() {
        if (cancelled) {
            end(new CancellationException("the embedding was cancelled"));
            return;
        }
        try {
            piece();
        } catch (RuntimeException e) {
            end(e);
        } catch (StackOverflowError | OutOfMemoryError | LinkageError e) {
            end(new IllegalStateException("the engine could not go on: " + e, e));
        }
    }

    private void piece() {
        Embedder embedder = model.embedder();
        if (states == null) {
            reading = next();
            states = embedder.read(chosen());
        }
        if (states.advance()) {
            return;
        }
        List<float[]> made = embedder.vectors(chosen(), states);
        for (int i = 0; i < made.size(); i++) {
            vectors.set(reading.get(i), made.get(i));
        }
        free();
        if (begun == order.size()) {
            result.complete(vectors);
        }
    }

    private List<int[]> chosen() {
        return reading.stream().map(texts::get).toList();
    }

    private List<Integer> next() {
        int from = begun;
        int longest = texts.get(order.get(from)).length;
        int most = Math.max(1, SIDE_BY_SIDE / longest);
        begun = Math.min(order.size(), from + most);
        return order.subList(from, begun);
    }

    void end(RuntimeException reason) {
        free();
        result.completeExceptionally(reason);
    }

    private void free() {
        if (states != null) {
            states.close();
            states = null;
        }
    }
}
