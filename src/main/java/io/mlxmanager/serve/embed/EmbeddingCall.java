package io.mlxmanager.serve.embed;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.engine.EmbeddingRun;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.Share;
import io.mlxmanager.engine.embed.Vectors;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.protocol.openai.EmbeddingsRequest;
import io.mlxmanager.protocol.openai.EmbeddingsRequest.Input;
import io.mlxmanager.serve.generate.Entrance;
import io.mlxmanager.serve.generate.Refusals;
import io.mlxmanager.serve.generate.RequestRecord;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.pool.ModelPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One request on its way: waits for the model, then for the vectors. Used by the one thread that serves the request, except
 * where another is named; closing it cancels what is running and gives the model back.
 */
public final class EmbeddingCall implements AutoCloseable {

    /** So often somebody who waits is asked whether they still may. */
    private static final Duration GLANCE = Duration.ofMillis(500);

    /** Tokens that the engine reads at once, unless a text has more. */
    private static final int SIDE_BY_SIDE = 512;

    private final EmbeddingsRequest request;
    private final ModelPool pool;
    private final Entrance entrance;
    private final Duration limit;
    private final Share share;
    private final RequestRecord note;
    private EmbeddingRun run;
    private volatile boolean revoked;

    EmbeddingCall(
            EmbeddingsRequest request,
            ModelPool pool,
            Entrance entrance,
            Duration limit,
            Share share,
            RequestRecord note) {
        this.request = request;
        this.pool = pool;
        this.entrance = entrance;
        this.limit = limit;
        this.share = share;
        this.note = note;
    }

    /**
     * The answer.
     *
     * @throws Problem 400 for what the model cannot read, 408 when it takes too long, 503 when the model does not come
     */
    public Embeddings answer() {
        ModelLease first = await(entrance.lease());
        EngineModel model = first.model();
        int dimensions = dimensions(model);
        List<int[]> texts = tokens(model);
        int tokens = texts.stream().mapToInt(text -> text.length).sum();
        int longest = texts.stream().mapToInt(text -> text.length).max().orElse(0);
        int atOnce = Math.max(longest, Math.min(tokens, SIDE_BY_SIDE));
        ModelLease granted = await(entrance.exchange(() -> pool.withReadingRoom(first, share, atOnce)));
        entrance.place().begun();
        note.started();
        note.usage(new Usage(tokens, 0, 0, 0));
        run = granted.embed(texts, share);
        List<float[]> vectors = await(run.result());
        note.success();
        return new Embeddings(
                dimensions == model.dimensions()
                        ? vectors
                        : vectors.stream()
                                .map(vector -> Vectors.shortened(vector, dimensions))
                                .toList(),
                tokens);
    }

    private int dimensions(EngineModel model) {
        int most = model.dimensions();
        int asked = request.dimensions().orElse(most);
        if (asked > most) {
            throw refused("invalid_value", "dimensions is " + asked + ", but the model's vectors have " + most);
        }
        return asked;
    }

    private List<int[]> tokens(EngineModel model) {
        try {
            return texts(model);
        } catch (ModelFormatException e) {
            throw Refusals.problem(e);
        }
    }

    private List<int[]> texts(EngineModel model) {
        int context = model.facts().contextLength();
        int vocabulary = model.facts().vocabularySize();
        int[] closing = model.encodeWhole("");
        List<int[]> texts = new ArrayList<>();
        for (Input input : request.inputs()) {
            String place = request.inputs().size() == 1 ? "input" : "input[" + texts.size() + "]";
            boolean written = input instanceof Input.Text;
            int[] ids = input instanceof Input.Text text
                    ? model.encodeWhole(text.text())
                    : ((Input.Tokens) input).ids().clone();
            if (ids.length == 0) {
                throw refused("invalid_value", place + " holds no tokens");
            }
            for (int id : ids) {
                if (id >= vocabulary) {
                    throw refused(
                            "invalid_value",
                            place + " holds the token id " + id + "; the model has " + vocabulary + " tokens");
                }
            }
            texts.add(fitting(ids, place, context, written ? closing : new int[0]));
        }
        return texts;
    }

    /** @param closing ids that end with the one that the tokenizer closes a text with; empty for none */
    private int[] fitting(int[] ids, String place, int context, int[] closing) {
        if (request.truncate().isPresent()) {
            int asked = request.truncate().getAsInt();
            if (asked > context) {
                throw refused(
                        "invalid_value",
                        "truncate_prompt_tokens is " + asked + ", but the model reads at most " + context + " tokens");
            }
            int most = asked == 0 ? context : asked;
            if (ids.length > most) {
                return cut(ids, most, closing);
            }
        }
        if (ids.length > context) {
            throw refused(
                    "context_length_exceeded",
                    place + " has " + ids.length + " tokens; the model reads at most " + context
                            + " (truncate_prompt_tokens: -1 leaves the rest away)");
        }
        return ids;
    }

    /** A token that closes a text stays: the vectors of some models hang on it. */
    private static int[] cut(int[] ids, int most, int[] closing) {
        int[] cut = Arrays.copyOf(ids, most);
        int last = ids[ids.length - 1];
        if (most > 1 && closing.length > 0 && closing[closing.length - 1] == last) {
            cut[most - 1] = last;
        }
        return cut;
    }

    private static Problem refused(String code, String detail) {
        return new Problem(ProblemKind.BAD_REQUEST, code, detail, null);
    }

    private <T> T await(CompletableFuture<T> coming) {
        while (true) {
            if (revoked) {
                throw Problem.unauthorized("Your access has ended").withCode("access_ended");
            }
            if (note.elapsed().compareTo(limit) > 0) {
                throw new Problem(
                        ProblemKind.TIMEOUT,
                        "request_timeout",
                        "The request took longer than " + limit.toSeconds() + " seconds",
                        null);
            }
            try {
                return coming.get(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Time to look again whether anybody may still wait.
            } catch (CancellationException e) {
                throw Problem.unavailable("The model was unloaded while it was reading", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Problem.unavailable("The server is stopping", e);
            } catch (ExecutionException e) {
                throw Refusals.problem(e.getCause());
            }
        }
    }

    /** Ends the request with an error soon: its caller has lost the right to it. Any thread, returns at once. */
    public void revoke() {
        revoked = true;
    }

    @Override
    public void close() {
        try (entrance) {
            if (run != null) {
                run.cancel();
            }
        }
    }
}
