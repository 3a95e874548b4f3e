package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.cache.TokenColumns;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a small model has read of one sequence, to guess how a larger one goes on. Engine thread only; the sequence that made it
 * closes it.
 */
final class Draft implements AutoCloseable {

    /** Further behind than this, it first reads; a piece of this length at a time. */
    private static final int PIECE = 64;

    private final LocalModel model;
    private final String owner;
    private final ModelCache cache;
    private int[] guesses = new int[0];

    /** @param owner who shares keys and values with whom */
    Draft(LocalModel model, String owner, int[] tokens, int length) {
        this.model = model;
        this.owner = owner;
        this.cache = model.decoder().newCache();
        model.prefixes().restore(owner, tokens, length - 1, cache);
    }

    LocalModel model() {
        return model;
    }

    int[] guesses() {
        return guesses;
    }

    /** Whether it has read nearly as much as there is. Reads a piece if not. */
    boolean keepsUp(int[] tokens, int length) {
        int behind = length - cache.length();
        if (behind <= PIECE) {
            return true;
        }
        int to = Math.min(length - 1, cache.length() + 4 * PIECE);
        try (MlxScope scope = MlxScope.open()) {
            Ops.eval(model.decoder().forward(Arrays.copyOfRange(tokens, cache.length(), to), cache, Positions.LAST));
        }
        return false;
    }

    /** Whether so many positions more are within what the model was made for. */
    boolean hasRoom(int length, int ahead) {
        return length + ahead <= model.facts().contextLength();
    }

    /**
     * Guesses how sequences of one draft model go on; what they guess is in {@link #guesses} afterwards.
     *
     * @param tokens of each sequence, of which {@code lengths} count
     */
    static void guess(List<Draft> drafts, List<int[]> tokens, int[] lengths, int ahead) {
        List<List<Integer>> guessed = new ArrayList<>();
        int[] next = new int[drafts.size()];
        List<int[]> unread = new ArrayList<>();
        for (int i = 0; i < next.length; i++) {
            unread.add(Arrays.copyOfRange(tokens.get(i), drafts.get(i).cache.length(), lengths[i]));
            guessed.add(new ArrayList<>());
        }
        LanguageModel decoder = drafts.get(0).model.decoder();
        List<ModelCache> caches = drafts.stream().map(draft -> draft.cache).toList();
        try (MlxScope scope = MlxScope.open()) {
            int[] likeliest = Ops.argmax(decoder.read(unread, caches), -1).toInts();
            TokenColumns columns = new TokenColumns(unread);
            for (int i = 0; i < next.length; i++) {
                next[i] = likeliest[columns.row(i, unread.get(i).length - 1)];
                guessed.get(i).add(next[i]);
            }
        }
        for (int step = 1; step < ahead; step++) {
            try (MlxScope scope = MlxScope.open()) {
                MlxArray logits = decoder.step(next, caches);
                next = Ops.argmax(logits, -1).toInts();
            }
            for (int i = 0; i < next.length; i++) {
                guessed.get(i).add(next[i]);
            }
        }
        for (int i = 0; i < next.length; i++) {
            drafts.get(i).guesses =
                    guessed.get(i).stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /** Forgets what it has read behind the first {@code length} tokens, which were not said. */
    void forget(int length) {
        if (cache.length() > length) {
            cache.trim(length);
        }
    }

    /** What follows in a conversation begins with all of this. */
    void keepForNext(int[] tokens, int length) {
        model.prefixes().keep(owner, tokens, Math.min(length, cache.length()), cache);
    }

    @Override
    public void close() {
        cache.close();
    }
}
