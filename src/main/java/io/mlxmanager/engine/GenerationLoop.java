package io.mlxmanager.engine;

import io.mlxmanager.engine.cache.PrefixSpill;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Takes all generations forward, a step at a time: first the next token of those that are answering, as many in one batch
 * as allowed; then some layers of a piece of one prompt, so few that nobody who is answering waits long for it. Confined to
 * the engine thread.
 */
final class GenerationLoop {

    /** What a prompt may add to the time between two tokens of others, as a multiple of a step. */
    private static final double PROMPT_SHARE = 1.25;

    /** Layers of a piece that go into that time: fewer make longer pieces and quicker products, but longer gaps where they take longer than expected. */
    private static final double LAYERS_AT_ONCE = 2;

    /** For so long a prompt is read while nobody is answering, in nanoseconds, before the loop looks for others. */
    private static final double UNDISTURBED = 200e6;

    private static final double SMOOTHING = 0.3;

    private final int maxBatch;
    private final int prefillChunk;
    private final List<Sequence> generations = new ArrayList<>();

    /** Of the places in a batch, by tokens. */
    private final FairShare<Sequence> shares = new FairShare<>(Sequence::share);

    /** Of the time for reading: a token far behind takes several times as long as one at the beginning. */
    private final FairShare<Sequence> readers = new FairShare<>(Sequence::share);

    private double stepNanos;
    private final Map<LocalModel, ReadingPace> paces = new HashMap<>();
    private final Optional<PrefixSpill> spill;
    private final Guessing guessing;

    /**
     * @param maxBatch most sequences in one step, at least 1
     * @param prefillChunk most prompt tokens in one step, at least 1
     */
    GenerationLoop(int maxBatch, int prefillChunk) {
        this(maxBatch, prefillChunk, Optional.empty(), DraftPace::new);
    }

    /**
     * @param spill has work that fits between steps
     * @param pace says for each pair of models how far ahead to guess
     */
    GenerationLoop(int maxBatch, int prefillChunk, Optional<PrefixSpill> spill, Supplier<DraftPace> pace) {
        this.guessing = new Guessing(pace);
        this.spill = spill;
        this.maxBatch = maxBatch;
        this.prefillChunk = prefillChunk;
    }

    boolean idle() {
        return generations.isEmpty() && !spilling();
    }

    private boolean spilling() {
        return spill.isPresent() && spill.get().pending();
    }

    void add(Sequence generation) {
        generations.add(generation);
    }

    /** How long those who are answering can wait for work of another kind between two tokens, in nanoseconds; 0 when nobody is. */
    double patience() {
        return generations.stream().anyMatch(Sequence::answering) ? PROMPT_SHARE * stepNanos : 0;
    }

    /** Ends the generations of a model. */
    void end(LocalModel model) {
        for (Sequence generation : generations) {
            if (generation.model() == model) {
                generation.cancel();
                generation.endIfCancelled();
            } else {
                generation.giveUpGuessing(model);
            }
        }
        guessing.forget(model);
        paces.remove(model);
        generations.removeIf(Sequence::done);
    }

    /**
     * One step. Never throws: what fails, ends its generations.
     *
     * @param reads whether a prompt may be read
     * @return whether one was
     */
    boolean step(boolean reads) {
        generations.forEach(Sequence::endIfCancelled);
        generations.removeIf(Sequence::done);
        shares.present(generations);
        long stepBegan = System.nanoTime();
        boolean answering = false;
        for (List<Sequence> ready : readyByModel().values()) {
            List<Sequence> batch = shares.pick(ready, maxBatch);
            int[] before = batch.stream().mapToInt(Sequence::generated).toArray();
            batch.get(0).model().worksNow();
            guessing.decode(batch);
            for (int i = 0; i < before.length; i++) {
                // The first one was paid for with the choice.
                shares.charge(batch.get(i), Math.max(0, batch.get(i).generated() - before[i] - 1));
            }
            answering = true;
        }
        if (answering) {
            double took = System.nanoTime() - stepBegan;
            stepNanos = stepNanos == 0 ? took : stepNanos + SMOOTHING * (took - stepNanos);
        }
        generations.removeIf(Sequence::done);
        Optional<Sequence> next = reads ? nextToRead() : Optional.empty();
        if (next.isPresent()) {
            read(next.get(), answering);
        }
        if (spilling()) {
            spill.get().work();
        }
        generations.removeIf(Sequence::done);
        return next.isPresent();
    }

    private void read(Sequence generation, boolean answering) {
        ReadingPace pace = paces.computeIfAbsent(generation.model(), model -> new ReadingPace(prefillChunk));
        double room = answering ? PROMPT_SHARE * stepNanos : UNDISTURBED;
        double forAPiece = room * generation.model().decoder().layers() / LAYERS_AT_ONCE;
        long began = System.nanoTime();
        generation.model().worksNow();
        generation.read(pace, position -> answering ? pace.next(position, forAPiece) : pace.longest(position), room);
        readers.charge(generation, (double) (System.nanoTime() - began));
    }

    private Map<LocalModel, List<Sequence>> readyByModel() {
        Map<LocalModel, List<Sequence>> ready = new LinkedHashMap<>();
        for (Sequence generation : generations) {
            if (generation.answering()) {
                ready.computeIfAbsent(generation.model(), model -> new ArrayList<>())
                        .add(generation);
            }
        }
        return ready;
    }

    /**
     * A prompt already begun before one that waits. Beyond a full batch only those start whose tenant's key has nothing
     * running: every other sequence would hold memory and get no step.
     */
    private Optional<Sequence> nextToRead() {
        List<Sequence> begun = generations.stream()
                .filter(generation -> generation.begun() && !generation.answering())
                .toList();
        List<Sequence> waiting = generations.stream()
                .filter(generation -> !generation.begun() && mayBegin(generation))
                .toList();
        List<Sequence> candidates = new ArrayList<>(begun);
        waiting.stream()
                .filter(candidate ->
                        begun.stream().noneMatch(other -> other.share().equals(candidate.share())))
                .forEach(candidates::add);
        readers.present(candidates);
        return candidates.isEmpty() ? Optional.empty() : Optional.of(readers.first(candidates));
    }

    private boolean mayBegin(Sequence waiting) {
        long active = generations.stream().filter(Sequence::begun).count();
        return active < maxBatch
                || generations.stream()
                        .filter(Sequence::begun)
                        .noneMatch(other -> other.share().equals(waiting.share()));
    }
}
