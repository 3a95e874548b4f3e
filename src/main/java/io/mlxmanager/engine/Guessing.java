package io.mlxmanager.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Takes batches a step forward, with guesses of draft models where that is faster. A guess is checked, never believed: the model
 * reads the guessed tokens all at once, and what it says itself of each position is the answer, whether it is drawn or the
 * likeliest, so that the answer is the same with a draft and without. Confined to the engine thread.
 */
final class Guessing {

    private static final Logger LOG = Logger.getLogger(Guessing.class.getName());

    /** A model and one that guesses for it. */
    private record Pair(LocalModel model, LocalModel draft) {}

    private final Supplier<DraftPace> newPace;
    private final Map<Pair, DraftPace> paces = new HashMap<>();

    Guessing(Supplier<DraftPace> newPace) {
        this.newPace = newPace;
    }

    /** A model is unloaded. */
    void forget(LocalModel model) {
        // Without guesses nothing is touched: this also runs where the application's archive is gone and classes cannot
        // be read.
        if (paces.isEmpty()) {
            return;
        }
        paces.keySet().removeIf(pair -> pair.model() == model || pair.draft() == model);
    }

    /** One step of sequences that are answering and of one model. Never throws: a failure goes to all listeners. */
    void decode(List<Sequence> batch) {
        List<Sequence> guessers = batch.stream().filter(Guessing::canGuess).toList();
        if (guessers.isEmpty()) {
            Sequence.decode(batch, List.of());
            return;
        }
        // Whoever has another draft model than the first goes on without: next time it may be the first.
        LocalModel draft = guessers.get(0).draftModel().orElseThrow();
        DraftPace pace = paces.computeIfAbsent(new Pair(batch.get(0).model(), draft), pair -> newPace.get());
        int before = batch.stream().mapToInt(Sequence::generated).sum();
        int ahead = pace.ahead(batch.size());
        List<Sequence> ready = ahead == 0 ? List.of() : ready(guessers, draft, ahead);
        long began = System.nanoTime();
        List<Sequence> guessed = guessed(ready, draft, ahead);
        int right = Sequence.decode(batch, guessed);
        long took = System.nanoTime() - began;
        int tokens = batch.stream().mapToInt(Sequence::generated).sum() - before;
        if (guessed.size() == guessers.size() || ahead == 0) {
            pace.took(batch.size(), ahead, right, tokens, (double) took);
        }
    }

    private static boolean canGuess(Sequence sequence) {
        return sequence.draftModel().isPresent()
                && sequence.model().decoder().readsSeveral()
                && sequence.draftModel().get().decoder().readsSeveral();
    }

    private static List<Sequence> ready(List<Sequence> guessers, LocalModel draft, int ahead) {
        try {
            return guessers.stream()
                    .filter(each -> each.draftModel().orElseThrow() == draft)
                    .filter(each -> each.readyToGuess(ahead))
                    .toList();
        } catch (RuntimeException e) {
            return without(guessers, draft, e);
        }
    }

    private static List<Sequence> guessed(List<Sequence> ready, LocalModel draft, int ahead) {
        if (ready.isEmpty()) {
            return ready;
        }
        try {
            Sequence.guess(ready, ahead);
            return ready;
        } catch (RuntimeException e) {
            return without(ready, draft, e);
        }
    }

    /** An answer does not fail for want of guesses. */
    private static List<Sequence> without(List<Sequence> guessers, LocalModel draft, RuntimeException reason) {
        LOG.log(Level.WARNING, "A draft model could not guess; answers go on without it", reason);
        guessers.forEach(each -> each.giveUpGuessing(draft));
        return List.of();
    }
}
