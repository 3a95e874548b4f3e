package io.mlxmanager.serve.probe;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.engine.EmbeddingRun;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.Share;
import io.mlxmanager.engine.embed.Vectors;
import io.mlxmanager.serve.generate.Refusals;
import io.mlxmanager.serve.pool.ModelLease;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The steps of a probe that only an embeddings model goes through. Confined to the probe's thread. */
final class EmbeddingChecks {

    private static final Duration GLANCE = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final double CLOSE_TO_ONE = 0.01;

    /** Keeps what a step found out. */
    @FunctionalInterface
    interface Finding {
        void found(String step, String capability, JsonValue value);
    }

    private final ModelLease lease;
    private final EngineModel model;
    private final String tenant;
    private final Finding finding;
    private final ModelProbe.Sink sink;

    EmbeddingChecks(ModelLease lease, String tenant, Finding finding, ModelProbe.Sink sink) {
        this.lease = lease;
        this.model = lease.model();
        this.tenant = tenant;
        this.finding = finding;
        this.sink = sink;
    }

    /** All of them; one that fails is told and the others go on. */
    void run() {
        step("test_encode", () -> {
            float[] vector = vectors("The quick brown fox").get(0);
            finding.found("test_encode", "embedding_dimensions", Json.createValue(vector.length));
        });
        step("check_normalization", () -> {
            double length = Vectors.length(vectors("The quick brown fox").get(0));
            boolean normalised = Math.abs(length - 1) <= CLOSE_TO_ONE;
            finding.found("check_normalization", "is_normalized", normalised ? JsonValue.TRUE : JsonValue.FALSE);
        });
        step("check_max_length", () -> {
            int most = model.facts().contextLength();
            finding.found("check_max_length", "max_sequence_length", Json.createValue(most));
        });
        step("test_similarity", this::similarity);
    }

    private void step(String step, Runnable work) {
        sink.event(ProbeEvent.running(step, JsonValue.EMPTY_JSON_OBJECT));
        try {
            work.run();
        } catch (Problem e) {
            sink.event(ProbeEvent.failed(step, e.detail()));
        }
    }

    /** A model that does not put a kitten nearer to a cat than an airplane is not trained, or not read rightly. */
    private void similarity() {
        List<float[]> vectors = vectors("cat", "kitten", "airplane");
        double near = Vectors.similarity(vectors.get(0), vectors.get(1));
        double far = Vectors.similarity(vectors.get(0), vectors.get(2));
        JsonObject details = Json.createObjectBuilder()
                .add("cat_kitten", near)
                .add("cat_airplane", far)
                .build();
        sink.event(ProbeEvent.completed("test_similarity", null, near > far ? JsonValue.TRUE : JsonValue.FALSE)
                .withDetails(details));
    }

    private List<float[]> vectors(String... texts) {
        EmbeddingRun run =
                lease.embed(Arrays.stream(texts).map(model::encodeWhole).toList(), Share.of(tenant));
        long end = System.nanoTime() + LIMIT.toNanos();
        boolean done = false;
        try {
            while (System.nanoTime() - end < 0) {
                try {
                    List<float[]> vectors = run.result().get(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
                    done = true;
                    return vectors;
                } catch (TimeoutException e) {
                    sink.idle();
                }
            }
            throw Problem.unavailable("There were no vectors within " + LIMIT.toSeconds() + " seconds", null);
        } catch (ExecutionException e) {
            throw Refusals.problem(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("The server is stopping", e);
        } finally {
            if (!done) {
                run.cancel();
            }
        }
    }
}
