package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.cache.PrefixCache;
import io.mlxmanager.engine.cache.TokenColumns;
import io.mlxmanager.engine.sample.Sampler;
import io.mlxmanager.engine.sample.TokenLogprobs;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * One running sequence. {@link #cancel} may be called from any thread and takes effect before the next step; everything
 * else belongs to the engine thread, which steps it until it is done and then closes it.
 *
 * <p>More than four hundred lines, because reading, choosing and checking guesses share the tokens and the cache.
 */
final class Sequence implements Generation {

    /** Logits of so many positions are held at once where all of a prompt are wanted. */
    private static final int SCORED_PIECE = 64;

    private final LocalModel model;
    private final LocalAdapter adapter;
    private Optional<LocalModel> draftModel;
    private final GenerationRequest request;
    private final GenerationListener listener;
    private final Sampler sampler;

    /** The prompt and what was generated behind it; the last one is not in the cache yet. */
    private int[] tokens;

    private int length;
    private int read;
    private int generated;
    private ModelCache cache;
    private StoredPrefix stored = StoredPrefix.none();
    private PromptPiece piece;

    /** What reading took at last; 0 when nothing was read. */
    private double nanosPerTokenAndLayer;

    private Draft draft;
    private boolean announced;
    private boolean done;

    /** Of the last token, where likelihoods are wanted. */
    private TokenLogprobs likelihood;

    private volatile boolean cancelled;
    private volatile int allowed;

    /** @param draftModel guesses how it goes on */
    Sequence(
            LocalModel model,
            LocalAdapter adapter,
            Optional<LocalModel> draftModel,
            GenerationRequest request,
            GenerationListener listener) {
        this.draftModel = draftModel;
        this.model = model;
        this.adapter = adapter;
        this.request = request;
        this.listener = listener;
        this.sampler = new Sampler(request.sampling());
        this.tokens = request.prompt();
        this.length = tokens.length;
        this.allowed = request.maxTokens();
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public void allow(int maxTokens) {
        allowed = maxTokens;
    }

    /** Before it is started. */
    void found(StoredPrefix prefix) {
        stored = prefix;
    }

    LocalModel model() {
        return model;
    }

    Share share() {
        return request.share();
    }

    boolean done() {
        return done;
    }

    /** Whether its prompt is being read or has been. */
    boolean begun() {
        return cache != null;
    }

    /** Whether the next step is a token of the answer. */
    boolean answering() {
        return !done && generated > 0;
    }

    int generated() {
        return generated;
    }

    /** Which model guesses how the answer goes on; empty where none does. */
    Optional<LocalModel> draftModel() {
        return draftModel;
    }

    /** Whether its draft has read what there is so far, and may guess some tokens. */
    boolean readyToGuess(int ahead) {
        if (draft == null) {
            draft = new Draft(draftModel.orElseThrow(), prefixOwner(), tokens, length);
        }
        return draft.hasRoom(length, ahead) && draft.keepsUp(tokens, length);
    }

    /** Goes on without that model's guesses. */
    void giveUpGuessing(LocalModel by) {
        if (draftModel.isPresent() && draftModel.get() == by) {
            draftModel = Optional.empty();
            closeDraft();
        }
    }

    private void closeDraft() {
        if (draft != null) {
            draft.close();
            draft = null;
        }
    }

    /** What drafts guess, in one step for all of them. */
    static void guess(List<Sequence> sequences, int ahead) {
        Draft.guess(
                sequences.stream().map(each -> each.draft).toList(),
                sequences.stream().map(each -> each.tokens).toList(),
                sequences.stream().mapToInt(each -> each.length).toArray(),
                ahead);
    }

    void endIfCancelled() {
        if (cancelled && !done) {
            end(GenerationEnd.CANCELLED);
        }
    }

    /**
     * Reads on in the prompt; behind its end comes the first token. Never throws: a failure goes to the listener.
     *
     * @param pace is told what pieces take
     * @param lengthAt how long a piece may be, by the position where it begins
     * @param room nanoseconds that this may take, as far as layers are no longer than that
     */
    void read(ReadingPace pace, IntFunction<ReadingPace.Asked> lengthAt, double room) {
        try {
            if (cache == null) {
                begin();
            }
            if (!announced && !restored()) {
                return;
            }
            if (piece == null) {
                piece = beginPiece(lengthAt.apply(read));
            }
            piece.advance(room);
            if (piece.done()) {
                piece.teach(pace);
                nanosPerTokenAndLayer = piece.perTokenAndLayer();
                endPiece();
            }
        } catch (RuntimeException e) {
            fail(e);
        } catch (StackOverflowError | OutOfMemoryError | LinkageError e) {
            fail(new IllegalStateException("the engine could not go on: " + e, e));
        }
    }

    private PromptPiece beginPiece(ReadingPace.Asked asked) {
        int to = pieceEnd(request.scoresPrompt() ? Math.min(asked.tokens(), SCORED_PIECE) : asked.tokens());
        int[] ids = Arrays.copyOfRange(tokens, read, to);
        double perLayer = ids.length * nanosPerTokenAndLayer;
        return new PromptPiece(model.decoder().begin(ids, cache), asked, ids.length, perLayer, System::nanoTime);
    }

    private void endPiece() {
        int to = read + piece.tokens();
        boolean choosing = to == length && request.maxTokens() > 0;
        try (MlxScope scope = MlxScope.open()) {
            if (request.scoresPrompt()) {
                scorePrompt(piece.logits(Positions.ALL), to);
            }
            if (choosing) {
                MlxArray logits = piece.logits(Positions.LAST);
                requireNumbers(logits);
                choose(logits);
            }
        }
        closePiece();
        read = to;
        if (!choosing) {
            keepOnTheWay();
        }
        if (read == request.promptLength()) {
            finishPrompt();
        }
    }

    private void closePiece() {
        if (piece != null) {
            piece.close();
            piece = null;
        }
    }

    /** Damaged weights give no numbers at all, and the place of the largest of them would be taken for a token. Once an answer. */
    private static void requireNumbers(MlxArray logits) {
        for (float logit : logits.toFloats()) {
            if (!Float.isNaN(logit)) {
                return;
            }
        }
        throw new ModelFormatException(
                "the weights give no numbers: they are damaged, or config.json is of another model");
    }

    private void finishPrompt() {
        model.prefixes().keepBlocks(prefixOwner(), tokens, request.promptLength() - 1, cache);
        if (request.maxTokens() == 0) {
            end(GenerationEnd.LENGTH);
        } else {
            emit();
        }
    }

    /** Each position says how likely the token behind it was. */
    private void scorePrompt(MlxArray logits, int to) {
        int top = request.logprobs().orElseThrow().top();
        for (int position = read; position < Math.min(to, length - 1); position++) {
            float[] scores = row(logits, position - read).toFloats();
            listener.promptToken(TokenLogprobs.of(scores, tokens[position + 1], top));
        }
    }

    /** @param logits {@code [1, positions, vocabulary]} */
    private static MlxArray row(MlxArray logits, int position) {
        return Ops.slice(logits, new int[] {0, position, 0}, new int[] {1, position + 1, logits.dim(2)});
    }

    /** Who shares keys and values: with another adapter the same tokens have others. */
    String prefixOwner() {
        return adapter.name().isEmpty() ? request.tenant() : request.tenant() + '\u0000' + adapter.name();
    }

    /** A cache that can only be gone on with at its end is kept once on the way, where a prompt that begins alike may leave. */
    private int pieceEnd(int most) {
        int to = Math.min(length, read + most);
        int stop = model.prefixes().blockEnd(length - 1);
        return !cache.divisible() && read < stop && stop < to ? stop : to;
    }

    private void keepOnTheWay() {
        if (!cache.divisible() && read == model.prefixes().blockEnd(length - 1)) {
            model.prefixes().keepBlocks(prefixOwner(), tokens, read, cache);
        }
    }

    private void begin() {
        cache = model.decoder().newCache();
        cache.adapt(adapter.adapter());
        if (!request.scoresPrompt()) {
            model.prefixes().restore(prefixOwner(), tokens, length - 1, cache);
            stored.behind(cache);
        }
        for (int i = 0; i < length; i++) {
            sampler.observe(tokens[i]);
        }
    }

    /** A block of what is known of the prompt at a time; whether that was all. */
    private boolean restored() {
        if (!stored.isEmpty()) {
            stored.appendNext(cache);
        }
        if (stored.isEmpty()) {
            read = cache.length();
            announced = true;
            listener.started(read);
        }
        return announced;
    }

    /**
     * The next token of each, and as many more as were guessed right; all are answering and of one model. Never throws: a
     * failure goes to all listeners.
     *
     * @param guessed those for which something was guessed
     * @return how many guesses were right
     */
    static int decode(List<Sequence> batch, List<Sequence> guessed) {
        try {
            if (!guessed.isEmpty()) {
                return check(batch, guessed);
            }
            step(batch);
        } catch (RuntimeException e) {
            batch.forEach(generation -> generation.fail(e));
        } catch (StackOverflowError | OutOfMemoryError | LinkageError e) {
            batch.forEach(
                    generation -> generation.fail(new IllegalStateException("the engine could not go on: " + e, e)));
        }
        return 0;
    }

    /** The model reads all guesses at once, and says of each position what it would have said itself. */
    private static int check(List<Sequence> batch, List<Sequence> guessed) {
        List<int[]> ids = batch.stream()
                .map(each -> guessed.contains(each) ? each.lastAndGuesses() : new int[] {each.last()})
                .toList();
        TokenColumns columns = new TokenColumns(ids);
        int right = 0;
        try (MlxScope scope = MlxScope.open()) {
            MlxArray logits = batch.get(0)
                    .model
                    .decoder()
                    .read(ids, batch.stream().map(each -> each.cache).toList());
            int[] best = batch.stream().anyMatch(Sequence::takesLargest)
                    ? Ops.argmax(logits, -1).toInts()
                    : new int[0];
            for (int i = 0; i < batch.size(); i++) {
                right += batch.get(i).take(logits, best, columns, i, ids.get(i));
            }
        }
        return right;
    }

    /** As far as the model says what was guessed, and one token more. */
    private int take(MlxArray logits, int[] best, TokenColumns columns, int sequence, int[] ids) {
        int taken = 0;
        boolean right;
        do {
            choose(logits, best, columns.row(sequence, taken));
            emit();
            taken++;
            right = !done && taken < ids.length && last() == ids[taken];
        } while (right);
        if (!done) {
            cache.trim(length - 1);
            if (draft != null) {
                draft.forget(length - 1);
            }
        }
        return taken - 1;
    }

    /** No more guesses than the answer and the context have room for. */
    private int[] lastAndGuesses() {
        int room = Math.min(allowed - generated, model.facts().contextLength() - length);
        int[] guesses = draft.guesses();
        int[] all = new int[1 + Math.max(0, Math.min(guesses.length, room - 1))];
        all[0] = last();
        System.arraycopy(guesses, 0, all, 1, all.length - 1);
        return all;
    }

    private static void step(List<Sequence> together) {
        // Those of one adapter side by side: each adapter is applied once to all of its own.
        List<Sequence> batch = together.stream()
                .sorted(Comparator.comparing(each -> each.adapter.name()))
                .toList();
        LanguageModel decoder = batch.get(0).model.decoder();
        try (MlxScope scope = MlxScope.open()) {
            if (batch.size() == 1) {
                Sequence only = batch.get(0);
                only.choose(decoder.forward(new int[] {only.last()}, only.cache, Positions.LAST));
            } else {
                int[] ids = batch.stream().mapToInt(Sequence::last).toArray();
                MlxArray logits =
                        decoder.step(ids, batch.stream().map(each -> each.cache).toList());
                choose(batch, logits);
            }
        }
        batch.forEach(Sequence::emit);
    }

    /** @param logits {@code [rows, 1, vocabulary]} */
    private static void choose(List<Sequence> batch, MlxArray logits) {
        int[] best = batch.stream().anyMatch(Sequence::takesLargest)
                ? Ops.argmax(logits, -1).toInts()
                : new int[0];
        for (int row = 0; row < batch.size(); row++) {
            batch.get(row).choose(logits, best, row);
        }
    }

    /** @param best the likeliest token of each row, where somebody takes it */
    private void choose(MlxArray logits, int[] best, int row) {
        if (takesLargest() && allows(best[row])) {
            append(best[row]);
        } else {
            MlxArray own = Ops.slice(logits, new int[] {row, 0, 0}, new int[] {row + 1, 1, logits.dim(2)});
            sample(own.toFloats());
        }
    }

    private void choose(MlxArray logits) {
        int best = takesLargest() ? Ops.argmax(logits, -1).intValue() : -1;
        if (best >= 0 && allows(best)) {
            append(best);
        } else {
            sample(logits.toFloats());
        }
    }

    /** Whether only the position of the largest logit matters. */
    private boolean takesLargest() {
        return sampler.plainGreedy() && request.logprobs().isEmpty();
    }

    /** The likeliest token of all is the likeliest of those that are allowed whenever it is one of them. */
    private boolean allows(int id) {
        return request.constraint().isEmpty() || request.constraint().get().allows(id);
    }

    /** The sampler leaves its logits as they were when it drew, before the temperature: so likelihoods are taken of them. */
    private void sample(float[] logits) {
        int id = sampler.choose(logits, request.constraint());
        if (request.logprobs().isPresent()) {
            likelihood = TokenLogprobs.of(logits, id, request.logprobs().get().top());
        }
        append(id);
    }

    private int last() {
        return tokens[length - 1];
    }

    private void append(int id) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, length + length / 2 + 64);
        }
        tokens[length++] = id;
    }

    private void emit() {
        int id = last();
        sampler.observe(id);
        if (request.stopTokens().contains(id)) {
            end(GenerationEnd.STOP);
            return;
        }
        generated++;
        request.constraint().ifPresent(constraint -> constraint.accept(id));
        if (likelihood == null) {
            listener.token(id);
        } else {
            listener.token(id, likelihood);
        }
        if (request.constraint().isPresent() && request.constraint().get().complete()) {
            end(GenerationEnd.STOP);
        } else if (generated >= allowed || length > model.facts().contextLength()) {
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
        if (cache != null && read == request.promptLength()) {
            keepForNext();
        }
        close();
        listener.finished(end);
    }

    /** What follows in a conversation begins with all of this. */
    private void keepForNext() {
        PrefixCache prefixes = model.prefixes();
        // The last token has not been read, nor is what was guessed behind it a part of the answer.
        int known = generated == 0 && request.maxTokens() == 0 ? length : length - 1;
        prefixes.keep(prefixOwner(), tokens, Math.min(known, cache.length()), cache);
        if (draft != null) {
            draft.keepForNext(tokens, known);
        }
    }

    private void close() {
        done = true;
        closePiece();
        if (cache != null) {
            cache.close();
            cache = null;
        }
        closeDraft();
    }
}
