package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import io.mlxmanager.engine.arch.ReferenceEncoder;
import io.mlxmanager.it.Serves.Client;
import io.mlxmanager.it.Serves.Feature;
import io.mlxmanager.testing.TinyEncoder;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import org.springframework.ai.openai.api.OpenAiApi;

/** An embeddings model of the sentence-transformers format, on a running server. */
class EmbeddingsIT {

    private static final String MODEL = "test/tiny-bert";
    private static final String CHAT = "mlx-manager/starter-qwen3-4m-4bit";
    private static final String PATH = "/v1/embeddings";

    private static Path folder;

    private final ApiClient client = ApiClient.of(RunningServer.shared(), "ada@example.com");

    @BeforeAll
    static void bring() {
        folder = RunningServer.shared().home().resolve("models").resolve(MODEL);
        TinyEncoder.write(folder);
    }

    @AfterAll
    static void take() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private OpenAIClient sdk() {
        return OpenAIOkHttpClient.builder()
                .baseUrl(RunningServer.shared().baseUrl() + "/v1")
                .apiKey(client.token())
                .maxRetries(0)
                .build();
    }

    private HttpResponse<String> ask(String fields) {
        return client.post(PATH, ("{'model':'" + MODEL + "'," + fields + "}").replace('\'', '"'));
    }

    private JsonObject answer(String fields) {
        HttpResponse<String> response = ask(fields);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return ApiClient.json(response.body());
    }

    private static double[] vector(JsonObject answer, int index) {
        return answer
                .getJsonArray("data")
                .getJsonObject(index)
                .getJsonArray("embedding")
                .getValuesAs(jakarta.json.JsonNumber.class)
                .stream()
                .mapToDouble(jakarta.json.JsonNumber::doubleValue)
                .toArray();
    }

    @Test
    @Serves(client = Client.OPENAI_JAVA, with = Feature.EMBEDDINGS)
    void theOfficialClientGetsTheVectorsOfThePlainComputation() {
        CreateEmbeddingResponse answer = sdk().embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model(MODEL)
                        .inputOfArrayOfStrings(List.of("The cat sat on the mat.", "airplane"))
                        .build());
        assertThat(answer.data()).hasSize(2);
        // [CLS] the cat sat on the mat . [SEP], and [CLS] airplane [SEP]
        assertThat(answer.usage().promptTokens()).isEqualTo(9 + 3);
        int[] ids = {2, 7, 4, 8, 9, 7, 10, 11, 3};
        double[][] states = new ReferenceEncoder(
                        TinyEncoder.weights(TinyEncoder.POSITIONS),
                        TinyEncoder.HIDDEN,
                        TinyEncoder.HEADS,
                        TinyEncoder.LAYERS)
                .bert(ids);
        double[] mean = new double[TinyEncoder.HIDDEN];
        double squares = 0;
        for (int i = 0; i < mean.length; i++) {
            for (double[] state : states) {
                mean[i] += state[i];
            }
            squares += mean[i] * mean[i];
        }
        List<Float> found = answer.data().get(0).embedding();
        for (int i = 0; i < mean.length; i++) {
            assertThat((double) found.get(i)).isCloseTo(mean[i] / Math.sqrt(squares), within(1e-3));
        }
    }

    @Test
    @Serves(
            client = {Client.LANGCHAIN4J_OPENAI, Client.SPRING_AI},
            with = Feature.EMBEDDINGS)
    void otherClientsGetTheSameVectors() {
        float[] langChain4j = OpenAiEmbeddingModel.builder()
                .baseUrl(RunningServer.shared().baseUrl() + "/v1")
                .apiKey(client.token())
                .modelName(MODEL)
                .maxRetries(0)
                .build()
                .embed("the cat")
                .content()
                .vector();
        float[] springAi = new org.springframework.ai.openai.OpenAiEmbeddingModel(
                        OpenAiApi.builder()
                                .baseUrl(RunningServer.shared().baseUrl().toString())
                                .apiKey(client.token())
                                .build(),
                        MetadataMode.NONE,
                        OpenAiEmbeddingOptions.builder().model(MODEL).build())
                .embed("the cat");
        double[] expected = vector(answer("'input':'the cat'"), 0);
        assertThat(langChain4j).hasSize(expected.length);
        assertThat(springAi).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) langChain4j[i]).isCloseTo(expected[i], within(1e-6));
            assertThat((double) springAi[i]).isCloseTo(expected[i], within(1e-6));
        }
    }

    @Test
    void tokensAndTextsAndShorterVectorsAgree() {
        double[] whole = vector(answer("'input':'the cat'"), 0);
        assertThat(vector(answer("'input':[2,7,4,3]"), 0)).isEqualTo(whole);
        JsonObject both = answer("'input':[[2,7,4,3],[2,6,3]]");
        assertThat(both.getJsonArray("data")).hasSize(2);
        double[] few = vector(answer("'input':'the cat','dimensions':16"), 0);
        assertThat(few).hasSize(16);
        double length = 0;
        for (double number : few) {
            length += number * number;
        }
        assertThat(length).isCloseTo(1, within(1e-5));
        assertThat(few[3] / few[5]).isCloseTo(whole[3] / whole[5], within(1e-4));
    }

    @Test
    void whatIsTooLongIsRefusedOrCutAsAsked() {
        String text = "cat ".repeat(100).strip();
        HttpResponse<String> refused = ask("'input':['cat','" + text + "']");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .contains("input[1] has 102 tokens")
                .contains("at most 48")
                .contains("context_length_exceeded");
        assertThat(tokens(answer("'input':'" + text + "','truncate_prompt_tokens':-1")))
                .isEqualTo(48);
        assertThat(tokens(answer("'input':'" + text + "','truncate_prompt_tokens':10")))
                .isEqualTo(10);
    }

    private static int tokens(JsonObject answer) {
        return answer.getJsonObject("usage").getInt("prompt_tokens");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'input':[] | input",
                "'input':'a','dimensions':65 | 64",
                "'input':[9999] | 9999",
                "'input':'a','truncate_prompt_tokens':49 | 48",
                "'input':'a','encoding_format':'hex' | encoding_format"
            })
    void whatCannotBeReadIsRefusedByName(String fields, String named) {
        HttpResponse<String> response = ask(fields);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.body()).contains(named).contains("\"error\"");
    }

    @Test
    void aModelForTheOtherThingIsRefused() {
        assertThatThrownBy(() -> sdk().embeddings()
                        .create(EmbeddingCreateParams.builder()
                                .model(CHAT)
                                .input("a")
                                .build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("makes no embeddings");
        HttpResponse<String> chat = client.post(
                "/v1/chat/completions",
                "{\"model\":\"" + MODEL + "\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");
        assertThat(chat.statusCode()).isEqualTo(400);
        assertThat(chat.body()).contains("model_cannot_chat").contains("/v1/embeddings");
        assertThat(ApiClient.anonymous(RunningServer.shared()).post(PATH, "{}").statusCode())
                .isEqualTo(401);
    }

    @Test
    void everyRequestLeavesOneAuditRow() {
        HttpResponse<String> response = ask("'input':'the cat'");
        String id = response.headers().firstValue("X-Request-ID").orElseThrow();
        Poll.until(() -> rows(id).size() == 1);
        JsonObject row = rows(id).get(0);
        assertThat(row.getString("status")).isEqualTo("success");
        assertThat(row.getString("model")).isEqualTo(MODEL);
        assertThat(row.getString("endpoint")).isEqualTo(PATH);
        assertThat(row.getInt("prompt_tokens")).isEqualTo(4);
    }

    private List<JsonObject> rows(String requestId) {
        try (JsonReader reader = Json.createReader(
                new StringReader(client.get("/api/system/audit-logs").body()))) {
            JsonArray all = reader.readArray();
            return all.getValuesAs(JsonObject.class).stream()
                    .filter(row -> row.getString("request_id").equals(requestId))
                    .toList();
        }
    }

    @Test
    void aProbeEncodesMeasuresAndCompares() {
        String path = "/api/models/probe/" + MODEL;
        List<String> events = client.events(path, "");
        List<JsonObject> steps = events.subList(0, events.size() - 1).stream()
                .map(ApiClient::json)
                .toList();
        assertThat(steps.stream().map(step -> step.getString("step")).distinct())
                .containsSubsequence(
                        "detect_type", "test_encode", "check_normalization", "check_max_length", "test_similarity");
        assertThat(steps)
                .allSatisfy(step -> assertThat(step.getString("status")).isNotEqualTo("failed"));
        JsonObject found = ApiClient.json(client.get(path).body());
        assertThat(found.getString("model_type")).isEqualTo("embeddings");
        assertThat(found.getInt("embedding_dimensions")).isEqualTo(TinyEncoder.HIDDEN);
        assertThat(found.getBoolean("is_normalized")).isTrue();
        assertThat(found.getInt("max_sequence_length")).isEqualTo(TinyEncoder.POSITIONS);
    }

    @Test
    void theListOfModelsSaysWhatItIs() {
        String models = client.get("/api/models/local").body();
        assertThat(models).contains(MODEL).contains("\"type\":\"embeddings\"");
        assertThat(client.get("/v1/models").body()).contains(MODEL);
    }
}
