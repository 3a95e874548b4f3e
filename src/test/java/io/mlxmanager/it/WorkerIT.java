package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose engine is a process of its own, which is killed. */
class WorkerIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";
    private static final String OPENAI = "/v1/chat/completions";
    private static final String ANTHROPIC = "/v1/messages";
    private static final String WORKER = "io.mlxmanager.engine.worker.Worker";

    /** Of each protocol. */
    private static final int STREAMS = 4;

    private static RunningServer server;
    private static ApiClient ada;

    @BeforeAll
    static void start() {
        server = RunningServer.start(
                "worker", Map.of("MLX_MANAGER_ENGINE_PROCESS", "worker", "MLX_MANAGER_ENGINE_LONGEST_SILENCE", "6s"));
        ada = ApiClient.of(server, "ada@example.com");
        HttpResponse<String> hot = ada.post(
                "/api/profiles", "{\"name\":\"hot\",\"model_id\":\"" + MODEL + "\",\"inference\":{\"temperature\":2}}");
        assertThat(hot.statusCode()).as(hot.body()).isBetween(200, 201);
    }

    /** The model has crashed in the test before. */
    @BeforeEach
    void forgive() {
        assertThat(load().statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> load() {
        return ada.post("/api/pool/load", "{\"model_id\":\"" + MODEL + "\"}");
    }

    @AfterAll
    static void stop() {
        ProcessHandle worker = worker();
        server.close();
        assertThat(worker.isAlive()).isFalse();
    }

    private static ProcessHandle worker() {
        return ProcessHandle.current()
                .descendants()
                .filter(child -> child.info().commandLine().orElse("").contains(WORKER))
                .filter(child -> child.info()
                        .commandLine()
                        .orElse("")
                        .contains(server.home().toString()))
                .findFirst()
                .orElseThrow();
    }

    /** The profile is so hot that words mean nothing and no end is found for long. */
    private static String question(boolean stream, int most) {
        JsonObjectBuilder question = Json.createObjectBuilder();
        if (!stream) {
            question.add("temperature", 0);
        }
        return question.add("model", stream ? "profile:hot" : MODEL)
                .add("stream", stream)
                .add("max_tokens", most)
                .add(
                        "messages",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("role", "user")
                                        .add("content", stream ? "Write a very long story." : "Count to 5.")))
                .build()
                .toString();
    }

    /** Reads on while the test goes on; counted once it has said something. */
    private static CompletableFuture<List<String>> stream(String path, AtomicInteger begun) {
        HttpResponse<Stream<String>> answer = ada.lines(path, question(true, 1900));
        assertThat(answer.statusCode()).isEqualTo(200);
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        return CompletableFuture.supplyAsync(() -> {
            answer.body().forEach(line -> {
                lines.add(line);
                if (lines.stream().filter(WorkerIT::says).count() == 1 && says(line)) {
                    begun.incrementAndGet();
                }
            });
            return lines;
        });
    }

    /** Not that it waits. */
    private static boolean says(String line) {
        return line.contains("\"delta\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "SEGV", "STOP"})
    void aCrashOrAHangEndsEachStreamWithAnErrorAndTheNextRequestWorks(String signal) throws Exception {
        HttpResponse<String> before = ada.post(OPENAI, question(false, 20));
        assertThat(before.statusCode()).as(before.body()).isEqualTo(200);
        ada.post("/api/pool/pin", "{\"model_id\":\"" + MODEL + "\"}");
        AtomicInteger begun = new AtomicInteger();
        List<CompletableFuture<List<String>>> openai = new ArrayList<>();
        List<CompletableFuture<List<String>>> anthropic = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            openai.add(stream(OPENAI, begun));
            anthropic.add(stream(ANTHROPIC, begun));
        }
        Poll.until(() -> begun.get() == 2 * STREAMS);
        ProcessHandle killed = worker();

        signal(signal, killed);

        String how = switch (signal) {
            case "KILL" -> "was ended by signal 9";
            case "SEGV" -> "has crashed";
            default -> "did not go on for 6 s and was ended";
        };
        assertThat(brokenOff(openai, line -> line.startsWith("data: {\"error\":"), "data: [DONE]"))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains("engine_lost").contains(how));
        assertThat(brokenOff(anthropic, line -> line.startsWith("data: {\"type\":\"error\""), "event: message_stop"))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains(how));
        long asked = System.nanoTime();
        HttpResponse<String> after = ada.post(OPENAI, question(false, 20));
        assertThat(after.statusCode()).as(after.body()).isEqualTo(200);
        assertThat(content(after)).isEqualTo(content(before));
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(20));
        assertThat(worker().pid()).isNotEqualTo(killed.pid());
        assertThat(ada.get("/health/ready").statusCode()).isEqualTo(200);
    }

    /** The errors that streams ended with; one that had come to its end before tells of none. */
    private static List<String> brokenOff(
            List<CompletableFuture<List<String>>> streams, Predicate<String> isError, String end) {
        List<String> errors = new ArrayList<>();
        for (CompletableFuture<List<String>> stream : streams) {
            List<String> lines = stream.join();
            List<String> told = lines.stream().filter(isError).toList();
            assertThat(told).hasSizeLessThanOrEqualTo(1);
            if (told.isEmpty()) {
                assertThat(lines).contains(end);
            }
            errors.addAll(told);
        }
        return errors;
    }

    private static String content(HttpResponse<String> answer) {
        return ApiClient.json(answer.body())
                .getJsonArray("choices")
                .getJsonObject(0)
                .getJsonObject("message")
                .getString("content");
    }

    private static void signal(String name, ProcessHandle process) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(status).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Whether an answer was broken off. Nearly always it is a crash of the model then; but it is not if the engine had just
     * ended all that it had to do and not all of it had been read.
     */
    private static boolean killedAtWork() {
        AtomicInteger begun = new AtomicInteger();
        List<CompletableFuture<List<String>>> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(stream(OPENAI, begun));
        }
        Poll.until(() -> begun.get() == STREAMS);
        ProcessHandle killed = worker();
        signal("KILL", killed);
        List<String> answers =
                streams.stream().map(stream -> stream.join().toString()).toList();
        return answers.stream().anyMatch(answer -> answer.contains("engine_lost"));
    }

    /** Kills the worker at its work until the model is refused for it, which takes three crashes. */
    private static HttpResponse<String> crashedUntilRefused(Runnable beforeEach) {
        int crashes = 0;
        HttpResponse<String> answer = null;
        for (int kills = 0; kills < 10 && (answer == null || answer.statusCode() == 200); kills++) {
            beforeEach.run();
            crashes += killedAtWork() ? 1 : 0;
            answer = ada.post(OPENAI, question(false, 5));
        }
        assertThat(crashes).isGreaterThanOrEqualTo(3);
        return answer;
    }

    @Test
    void aModelThatKeepsCrashingIsRefusedUntilAnAdministratorStartsIt() {
        HttpResponse<String> refused = crashedUntilRefused(() -> {});

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body())
                .contains("model_crashes_engine")
                .contains("Model " + MODEL + " has ended the engine process 3 times within 10 min")
                .contains("administrator");
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(400L, 600L);
        ApiClient bob = ApiClient.approved(server, "bob@example.com", ada);
        assertThat(bob.post("/api/pool/load", "{\"model_id\":\"" + MODEL + "\"}")
                        .statusCode())
                .isEqualTo(503);
        assertThat(load().statusCode()).isEqualTo(200);
        assertThat(ada.post(OPENAI, question(false, 5)).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsPinnedComesBackWithoutBeingAskedFor() {
        ada.post(OPENAI, question(false, 1));
        ada.post("/api/pool/pin", "{\"model_id\":\"" + MODEL + "\"}");
        ProcessHandle killed = worker();

        signal("KILL", killed);

        Poll.until(() -> !killed.isAlive());
        Poll.until(() -> ada.get("/api/settings/pool/status").body().contains("\"ready\""));
        assertThat(worker().pid()).isNotEqualTo(killed.pid());
        assertThat(ada.get("/api/settings/pool/status").body()).contains("\"preloaded\":true");
    }

    @Test
    void aDraftModelGuessesInTheWorkerToo() {
        String profile = "{\"name\":\"drafted\",\"draft_model\":\"" + MODEL + "\",\"model_id\":\"" + MODEL + "\"}";
        assertThat(ada.post("/api/profiles", profile).statusCode()).isBetween(200, 201);
        String plain = question(false, 60);
        String drafted = plain.replace("\"" + MODEL + "\"", "\"profile:drafted\"");
        String expected = content(ada.post(OPENAI, plain));
        for (int i = 0; i < 3; i++) {
            assertThat(content(ada.post(OPENAI, drafted))).isEqualTo(expected);
        }
    }

    @Test
    void formsAndVectorsAreServedAsInOneProcess() {
        HttpResponse<String> form = ada.post(
                OPENAI,
                "{\"model\":\"" + MODEL + "\",\"max_tokens\":60,\"temperature\":0,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Is water wet?\"}],"
                        + "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"strict\":true,"
                        + "\"schema\":{\"type\":\"object\",\"properties\":{\"wet\":{\"type\":\"boolean\"}},"
                        + "\"required\":[\"wet\"],\"additionalProperties\":false}}}}");
        assertThat(form.statusCode()).as(form.body()).isEqualTo(200);
        assertThat(ApiClient.json(content(form)).get("wet")).isNotNull();
        assertThat(ada.get("/api/system/info").body()).contains("\"cpu\"");
    }

    @Test
    void otherModelsGoOnWhileOneIsRefused() {
        StarterCopy other = StarterCopy.in(server, "test/other");
        String toOther = question(false, 5).replace(MODEL, other.id());
        HttpResponse<String> refused = crashedUntilRefused(
                () -> assertThat(ada.post(OPENAI, toOther).statusCode()).isEqualTo(200));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("model_crashes_engine");

        HttpResponse<String> answered = ada.post(OPENAI, toOther);

        assertThat(answered.statusCode()).as(answered.body()).isEqualTo(200);
        assertThat(ada.post(OPENAI, question(false, 5)).statusCode()).isEqualTo(503);
        assertThat(ada.post("/api/pool/unload", "{\"model_id\":\"" + other.id() + "\"}")
                        .statusCode())
                .isEqualTo(200);
    }
}
