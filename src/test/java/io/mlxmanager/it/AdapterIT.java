package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.engine.arch.Fixture;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A model of which the same weights serve with an adapter and without. */
class AdapterIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";
    private static final String ADAPTED = MODEL + "@noise";

    private final ApiClient client = ApiClient.of(RunningServer.shared(), "ada@example.com");

    @BeforeAll
    static void bring() throws IOException {
        write("noise", "model.layers.0.mlp.down_proj");
        write("broken", "model.layers.99.mlp.down_proj");
    }

    private static void write(String name, String module) throws IOException {
        JsonObject model = starter();
        int in = model.getInt("intermediate_size");
        int out = model.getInt("hidden_size");
        Path folder = RunningServer.shared().home().resolve("adapters").resolve(name);
        JsonObject config = Json.createObjectBuilder()
                .add("fine_tune_type", "lora")
                .add("model", MODEL)
                .add("num_layers", 1)
                .add(
                        "lora_parameters",
                        Json.createObjectBuilder().add("rank", 2).add("scale", 20.0))
                .build();
        new Fixture(4)
                .tensor(module + ".lora_a", 0, 0.5, in, 2)
                .tensor(module + ".lora_b", 0, 0.5, 2, out)
                .write(folder, config);
        Files.move(folder.resolve("model.safetensors"), folder.resolve("adapters.safetensors"));
        Files.move(folder.resolve("config.json"), folder.resolve("adapter_config.json"));
    }

    private static JsonObject starter() throws IOException {
        return ApiClient.json(
                Files.readString(Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit/config.json")));
    }

    private HttpResponse<String> ask(String model) {
        return client.post(
                "/v1/chat/completions",
                Json.createObjectBuilder()
                        .add("model", model)
                        .add("temperature", 0)
                        .add("max_tokens", 24)
                        .add(
                                "messages",
                                Json.createArrayBuilder()
                                        .add(Json.createObjectBuilder()
                                                .add("role", "user")
                                                .add("content", "Count to 12.")))
                        .build()
                        .toString());
    }

    private static String text(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return ApiClient.json(response.body())
                .getJsonArray("choices")
                .getJsonObject(0)
                .getJsonObject("message")
                .toString();
    }

    @Test
    void bothAnswerAtOnceFromOneSetOfWeights() {
        String plain = text(ask(MODEL));
        String adapted = text(ask(ADAPTED));
        assertThat(adapted).isNotEqualTo(plain);
        List<CompletableFuture<String>> together = List.of(
                CompletableFuture.supplyAsync(() -> text(ask(MODEL))),
                CompletableFuture.supplyAsync(() -> text(ask(ADAPTED))),
                CompletableFuture.supplyAsync(() -> text(ask(MODEL))),
                CompletableFuture.supplyAsync(() -> text(ask(ADAPTED))));
        assertThat(together.stream().map(CompletableFuture::join)).containsExactly(plain, adapted, plain, adapted);
        assertThat(client.get("/v1/models").body()).contains(ADAPTED);
        assertThat(client.get("/v1/models/" + ADAPTED).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsNotThereOrDoesNotFitIsRefusedByName() {
        assertThat(ask(MODEL + "@none").statusCode()).isEqualTo(404);
        assertThat(ask(MODEL + "@../../x").statusCode()).isEqualTo(404);
        HttpResponse<String> broken = ask(MODEL + "@broken");
        assertThat(broken.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(broken.body()).contains("model.layers.99.mlp.down_proj");
        assertThat(client.delete("/api/models/" + ADAPTED).statusCode()).isEqualTo(400);
        assertThat(text(ask(MODEL))).isNotEmpty();
    }
}
