package io.mlxmanager.it;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.testing.hub.HubStandIn;
import io.mlxmanager.testing.hub.ObjectStore;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Search, catalogue, fit, import and removal over the real server, with a hub of our own. */
class ModelsIT {

    private static final Path STARTER = Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit");
    private static final String STARTER_ID = "mlx-manager/starter-qwen3-4m-4bit";
    private static final HubStandIn HUB = new HubStandIn();

    @TempDir
    private static Path folders;

    private static RunningServer server;
    private static ApiClient admin;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        server = RunningServer.start(
                "models",
                Map.of(
                        "HF_ENDPOINT",
                        HUB.endpoint().toString(),
                        "MLX_MANAGER_MODELS_FOLDERS",
                        folders.toString(),
                        "MLX_MANAGER_HUB_TIMEOUT",
                        "2s"));
        admin = ApiClient.of(server, "ada@example.com");
    }

    @AfterAll
    static void stop() {
        server.close();
        HUB.close();
    }

    @Test
    void theSearchTellsSizesAndWhatIsHere() {
        HUB.repository(STARTER_ID).downloads(7).large("model.safetensors", new byte[2000]);
        HUB.repository("ada/starter-two").downloads(9).large("model.safetensors", new byte[1000]);

        List<JsonObject> hits = list("/api/models/search?query=starter");

        assertThat(hits).extracting(hit -> hit.getString("model_id")).containsExactly("ada/starter-two", STARTER_ID);
        assertThat(hits).extracting(hit -> hit.getBoolean("is_downloaded")).containsExactly(false, true);
        assertThat(hits.get(0).getInt("estimated_size_bytes")).isEqualTo(1000);
        assertThat(list("/api/models/search?query=starter&max_size_gb=0.0000015"))
                .extracting(hit -> hit.getString("model_id"))
                .containsExactly("ada/starter-two");
        HttpResponse<String> first = admin.get("/api/models/search?query=starter&limit=1");
        String cursor = first.headers().firstValue("X-Next-Cursor").orElseThrow();
        assertThat(list("/api/models/search?query=starter&limit=1&cursor=" + cursor))
                .extracting(hit -> hit.getString("model_id"))
                .containsExactly(STARTER_ID);
        assertThat(admin.get("/api/models/search").statusCode()).isEqualTo(422);
        assertThat(admin.get("/api/models/search?query=x&limit=1000").body()).contains("limit");
    }

    @Test
    void aHubThatFailsIsNamedAndTheLocalListGoesOn() {
        HUB.refuse("/api/models", 500, 1);
        HttpResponse<String> answer = admin.get("/api/models/search?query=starter");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("500");
        assertThat(list("/api/models/local"))
                .extracting(model -> model.getString("model_id"))
                .contains(STARTER_ID);
    }

    @Test
    void theHubIsAskedWithTheTokenThatWasStored() {
        assertThat(admin.post("/api/settings/huggingface/test", "").statusCode())
                .as("without a token")
                .isEqualTo(404);
        HUB.requireToken("hf_right");
        try {
            put("/api/settings/huggingface", "{\"token\":\"hf_wrong\"}");
            assertThat(admin.post("/api/settings/huggingface/test", "").body()).contains("token_rejected");
            assertThat(admin.get("/api/models/search?query=starter").statusCode())
                    .as("the hub's 401 is not ours")
                    .isEqualTo(403);

            put("/api/settings/huggingface", "{\"token\":\"hf_right\"}");

            assertThat(ApiClient.json(admin.post("/api/settings/huggingface/test", "")
                                    .body())
                            .getString("username"))
                    .isEqualTo("ada");
            assertThat(admin.get("/api/models/search?query=starter").statusCode())
                    .isEqualTo(200);
            assertThat(HUB.seen())
                    .last()
                    .satisfies(request -> assertThat(request.authorization()).isEqualTo("Bearer hf_right"));
        } finally {
            HUB.requireToken("");
            admin.send(admin.request("/api/settings/huggingface").DELETE());
        }
        assertThat(server.allLogs()).doesNotContain("hf_right", "hf_wrong");
    }

    private static void put(String path, String body) {
        HttpResponse<String> response = admin.send(admin.request(path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    @Test
    void theListTellsWhatTheConfigurationSays() {
        JsonObject starter = list("/api/models/local").stream()
                .filter(model -> model.getString("model_id").equals(STARTER_ID))
                .findFirst()
                .orElseThrow();
        assertThat(starter.getBoolean("supported")).isTrue();
        assertThat(starter.getInt("size_bytes")).isGreaterThan(2_000_000);
        assertThat(starter.getJsonObject("characteristics").getInt("quantization_bits"))
                .isEqualTo(4);
        assertThat(object("/api/models/config/" + STARTER_ID).getString("model_type"))
                .isEqualTo("qwen3");
        assertThat(admin.get("/api/models/config/no/such").statusCode()).isEqualTo(204);
        assertThat(admin.get("/api/models/capabilities/" + STARTER_ID).body()).isEqualTo("null");
    }

    @Test
    void theFitIsKnownBeforeAWeightMoves() {
        HUB.repository("ada/new-family")
                .text("config.json", "{\"model_type\":\"rwkv9\"}")
                .large("model.safetensors", new byte[4000]);

        HUB.repository("ada/sees")
                .text(
                        "config.json",
                        "{\"model_type\":\"qwen2_vl\",\"vision_config\":{},\"hidden_size\":64,\"num_hidden_layers\":2,"
                                + "\"num_attention_heads\":4,\"intermediate_size\":96,\"vocab_size\":128}")
                .large("model.safetensors", new byte[4000]);
        assertThat(object("/api/models/fit/ada/sees").getJsonArray("ignored_parts"))
                .containsExactly(Json.createValue("vision"));

        JsonObject here = object("/api/models/fit/" + STARTER_ID);
        assertThat(here.getBoolean("fits")).isTrue();
        assertThat(here.getInt("longest_context")).isEqualTo(2048);
        JsonObject kv = here.getJsonObject("kv_bytes_per_token");
        assertThat(kv.getInt("full_attention")).isPositive().isEqualTo(kv.getInt("total"));
        assertThat(here.getJsonArray("ignored_parts")).isEmpty();
        JsonObject there = object("/api/models/fit/ada/new-family");
        assertThat(there.getBoolean("supported")).isFalse();
        assertThat(there.getString("reason")).contains("rwkv9");
        assertThat(there.getInt("weight_bytes")).isEqualTo(4000);
        HttpResponse<String> refused = admin.post("/api/models/download", "{\"model_id\":\"ada/new-family\"}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("rwkv9", "unsupported_architecture");
        assertThat(HUB.store().seen())
                .extracting(ObjectStore.SeenTransfer::path)
                .containsOnly("config.json");
        assertThat(object("/api/models/detect-options/ada/new-family").getJsonObject("version_support"))
                .containsKey("error");
    }

    @Test
    void anImportedZipAnswersAndGoesOnlyWhenNobodyUsesIt() throws IOException {
        Path zip = zip("starter/");
        HttpResponse<String> taken = take(zip, "ada/imported");
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(201);
        assertThat(take(zip, "ada/imported").statusCode()).isEqualTo(409);
        assertThat(chat("ada/imported")).contains("Hello! How can I help you?");

        HttpResponse<String> loaded = admin.delete("/api/models/ada/imported");
        assertThat(loaded.statusCode()).isEqualTo(409);
        assertThat(loaded.body()).contains("in memory", "model_in_use");
        HttpResponse<String> profile = admin.post("/api/profiles", "{\"name\":\"Mine\",\"model_id\":\"ada/imported\"}");
        assertThat(profile.statusCode()).as(profile.body()).isEqualTo(201);
        assertThat(admin.delete("/api/models/ada/imported").body()).contains("Mine");

        int id = ApiClient.json(profile.body()).getInt("id");
        assertThat(admin.post("/api/servers/" + id + "/stop", "").statusCode()).isLessThan(300);
        assertThat(admin.delete("/api/profiles/" + id).statusCode()).isEqualTo(204);
        Poll.until(() -> admin.delete("/api/models/ada/imported").statusCode() == 200);

        assertThat(admin.delete("/api/models/ada/imported").statusCode()).isEqualTo(404);
        assertThat(server.home().resolve("models/ada")).doesNotExist();
        assertThat(admin.get("/api/system/audit-logs?limit=100").body()).contains("model.deleted", "model.imported");
    }

    @Test
    void whatIsNoModelIsRefusedAndLeavesNothing() throws IOException {
        assertThat(take(folder.resolve("missing"), "ada/x").body()).contains("path");
        assertThat(take(folder, "ada/x").body()).contains("config.json");
        assertThat(take(Path.of("relative"), "ada/x").body()).contains("absolute");
        assertThat(take(folder, "no slash").body()).contains("model_id");
        assertThat(take(Files.writeString(folder.resolve("x.zip"), "no zip"), "ada/x")
                        .body())
                .contains("zip");
        Path evil = folder.resolve("evil.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(evil))) {
            out.putNextEntry(new ZipEntry("../../escaped"));
            out.write(1);
        }
        assertThat(take(evil, "ada/x").body()).contains("leads out");
        try (Stream<Path> left = Files.list(server.home().resolve("models"))) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith(".import"));
        }
        assertThat(server.home().resolve("escaped")).doesNotExist();
        Path other = Files.createDirectories(folder.resolve("other"));
        for (String name : List.of("tokenizer.json", "model.safetensors")) {
            Files.copy(STARTER.resolve(name), other.resolve(name));
        }
        Files.writeString(other.resolve("config.json"), "{\"model_type\":\"rwkv9\"}");
        assertThat(take(other, "ada/x").body()).contains("rwkv9");
    }

    @Test
    void aFolderAddedOrRemovedOutsideShowsUp() throws IOException {
        Path model = Files.createDirectories(folders.resolve("bob/plain"));
        for (String name : List.of(
                "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "model.safetensors", "config.json")) {
            Files.copy(STARTER.resolve(name), model.resolve(name));
        }
        assertThat(admin.get("/v1/models").body()).contains("bob/plain");
        assertThat(chat("bob/plain")).contains("Hello! How can I help you?");
        assertThat(admin.delete("/api/models/bob/plain").statusCode()).isEqualTo(409);
        Files.delete(model.resolve("config.json"));
        assertThat(admin.get("/v1/models").body()).doesNotContain("bob/plain");
    }

    @Test
    void aBrokenFolderSaysWhatIsWrongAndSpoilsNoOther() throws IOException {
        for (String broken : List.of("", "[]", "{\"model_type\":", "{\"a\":".repeat(3_000))) {
            Path model = Files.createDirectories(folders.resolve("eve/broken"));
            Files.copy(STARTER.resolve("tokenizer.json"), model.resolve("tokenizer.json"), REPLACE_EXISTING);
            Files.copy(STARTER.resolve("model.safetensors"), model.resolve("model.safetensors"), REPLACE_EXISTING);
            Files.copy(STARTER.resolve("chat_template.jinja"), model.resolve("chat_template.jinja"), REPLACE_EXISTING);
            Files.writeString(model.resolve("config.json"), broken);

            assertThat(list("/api/models/local"))
                    .extracting(each -> each.getString("model_id"))
                    .contains(STARTER_ID, "eve/broken");
            assertThat(object("/api/models/fit/eve/broken").getString("reason")).contains("config.json");
            assertThat(chat("eve/broken")).contains("model_not_loadable", "config.json: not a JSON object");
        }
        Files.delete(folders.resolve("eve/broken/config.json"));
    }

    @Test
    void onlyAdministratorsChangeTheDisk() {
        String registered = ApiClient.anonymous(server)
                .post(
                        "/api/auth/register",
                        "{\"email\":\"bob@example.com\",\"password\":\"" + ApiClient.PASSWORD + "\"}")
                .body();
        admin.send(admin.request("/api/auth/users/" + ApiClient.json(registered).getInt("id"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"status\":\"approved\"}")));
        ApiClient user = ApiClient.of(server, "bob@example.com");
        assertThat(user.delete("/api/models/" + STARTER_ID).statusCode()).isEqualTo(403);
        assertThat(user.post("/api/models/import", "{}").statusCode()).isEqualTo(403);
        assertThat(user.post("/api/uploads", "{}").statusCode()).isEqualTo(403);
        assertThat(user.delete("/api/uploads/any").statusCode()).isEqualTo(403);
        assertThat(ApiClient.anonymous(server).get("/api/models/local").statusCode())
                .isEqualTo(401);
    }

    private Path zip(String prefix) throws IOException {
        Path zip = folder.resolve("model.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
                Stream<Path> files = Files.list(STARTER)) {
            for (Path file : files.toList()) {
                out.putNextEntry(new ZipEntry(prefix + file.getFileName()));
                copy(file, out);
            }
        }
        return zip;
    }

    private static void copy(Path file, OutputStream out) throws IOException {
        Files.copy(file, out);
    }

    private static HttpResponse<String> take(Path path, String id) {
        return admin.post(
                "/api/models/import",
                Json.createObjectBuilder()
                        .add("path", path.toString())
                        .add("model_id", id)
                        .build()
                        .toString());
    }

    private static String chat(String model) {
        return admin.post(
                        "/v1/chat/completions",
                        "{\"model\":\"" + model + "\",\"temperature\":0,"
                                + "\"chat_template_kwargs\":{\"enable_thinking\":false},"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}")
                .body();
    }

    private static JsonObject object(String path) {
        HttpResponse<String> answer = admin.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ApiClient.json(answer.body());
    }

    private static List<JsonObject> list(String path) {
        HttpResponse<String> answer = admin.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try (var reader = Json.createReader(new StringReader(answer.body()))) {
            JsonArray array = reader.readArray();
            return array.getValuesAs(JsonObject.class);
        }
    }
}
