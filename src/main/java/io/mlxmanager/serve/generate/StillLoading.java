package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.serve.pool.LoadedModel;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The model is not in memory yet and the caller does not wait; 503 with the time after which to ask again. */
final class StillLoading extends Problem {

    private static final long serialVersionUID = 1L;

    /** Weights come from a disk at about this pace; a guess, which costs one more question when it is wrong. */
    private static final long BYTES_PER_SECOND = 500L << 20;

    private static final int LEAST_SECONDS = 1;
    private static final int QUEUED_SECONDS = 5;

    private final int seconds;

    /**
     * @param known what the pool knows of it; empty when it waits for room
     * @param place at which the request stood in the model's queue
     */
    StillLoading(String id, Optional<LoadedModel> known, int place) {
        super(ProblemKind.UNAVAILABLE, "model_loading", message(id, known, place), null);
        this.seconds = known.map(StillLoading::seconds).orElse(QUEUED_SECONDS);
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Retry-After", Integer.toString(seconds));
    }

    private static int seconds(LoadedModel model) {
        return (int) Math.max(LEAST_SECONDS, Math.min(120, model.bytes() / BYTES_PER_SECOND));
    }

    private static String message(String id, Optional<LoadedModel> known, int place) {
        String now = known.map(model -> String.format(
                        Locale.ROOT,
                        "The model '%s' is %s, %d %% of %.1f MB",
                        id,
                        model.state().name().toLowerCase(Locale.ROOT),
                        model.percent(),
                        model.bytes() / 1e6))
                .orElse("The model '" + id + "' waits for room in memory");
        return now + "; this request was number " + place + " in its queue; ask again";
    }
}
