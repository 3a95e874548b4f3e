package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Several answers, likelihoods, biases, plain texts, tokens: through the front door, with the starter model. */
class GenerationIT {

    private static final String MODEL = "mlx-manager/starter-qwen3-4m-4bit";
    private static final String CHAT = "/v1/chat/completions";
    private static final String TEXT = "/v1/completions";

    private final ApiClient client = ApiClient.of(RunningServer.shared(), "ada@example.com");

    private static JsonObjectBuilder chat(String question) {
        return Json.createObjectBuilder()
                .add("model", MODEL)
                .add("temperature", 0)
                .add("chat_template_kwargs", Json.createObjectBuilder().add("enable_thinking", false))
                .add(
                        "messages",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("role", "user")
                                        .add("content", question)));
    }

    private static JsonObjectBuilder text(String prompt) {
        return Json.createObjectBuilder()
                .add("model", MODEL)
                .add("temperature", 0)
                .add("prompt", prompt);
    }

    private JsonObject post(String path, JsonObjectBuilder body) {
        HttpResponse<String> response = client.post(path, body.build().toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return ApiClient.json(response.body());
    }

    private static List<JsonObject> choices(JsonObject answer) {
        return answer.getJsonArray("choices").getValuesAs(JsonObject.class);
    }

    private static String content(JsonObject choice) {
        return choice.getJsonObject("message").getString("content");
    }

    @Test
    void severalAnswersToOnePromptDifferAndTheFirstIsTheOneThatWouldHaveComeAlone() {
        JsonObjectBuilder alone = chat("Tell me a story about a fox.")
                .add("temperature", 2)
                .add("top_p", 1)
                .add("top_k", 0)
                .add("seed", 7)
                .add("max_tokens", 16);
        String first = content(choices(post(CHAT, alone)).get(0));
        JsonObject answer = post(
                CHAT,
                chat("Tell me a story about a fox.")
                        .add("temperature", 2)
                        .add("top_p", 1)
                        .add("top_k", 0)
                        .add("seed", 7)
                        .add("max_tokens", 16)
                        .add("n", 6));

        Set<String> texts = choices(answer).stream().map(GenerationIT::content).collect(Collectors.toSet());
        // The model is sure of most of its words, so not all of them differ.
        assertThat(texts).hasSizeGreaterThan(1);
        assertThat(content(choices(answer).get(0))).isEqualTo(first);
        assertThat(choices(answer)).extracting(choice -> choice.getInt("index")).containsExactly(0, 1, 2, 3, 4, 5);
        JsonObject usage = answer.getJsonObject("usage");
        assertThat(usage.getInt("completion_tokens")).isGreaterThan(16).isLessThanOrEqualTo(96);
        assertThat(usage.getInt("total_tokens"))
                .isEqualTo(usage.getInt("prompt_tokens") + usage.getInt("completion_tokens"));
    }

    @Test
    void streamedAnswersCarryTheirIndexAndAreTheWholeOnes() {
        JsonObjectBuilder body = chat("Tell me a story about a fox.")
                .add("temperature", 1.2)
                .add("top_p", 1)
                .add("top_k", 0)
                .add("seed", 3)
                .add("max_tokens", 20)
                .add("n", 3);
        JsonObject asked = body.build();
        List<String> whole = choices(post(CHAT, Json.createObjectBuilder(asked))).stream()
                .map(GenerationIT::content)
                .toList();
        Map<Integer, StringBuilder> streamed = new TreeMap<>();
        Set<Integer> finished = new HashSet<>();
        List<String> events = client.events(
                CHAT,
                Json.createObjectBuilder(asked).add("stream", true).build().toString());
        for (String event : events.subList(0, events.size() - 1)) {
            JsonObject choice = choices(ApiClient.json(event)).get(0);
            streamed.computeIfAbsent(choice.getInt("index"), index -> new StringBuilder())
                    .append(choice.getJsonObject("delta").getString("content", ""));
            if (!choice.isNull("finish_reason")) {
                finished.add(choice.getInt("index"));
            }
        }
        assertThat(streamed.values()).extracting(StringBuilder::toString).isEqualTo(whole);
        assertThat(finished).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void likelihoodsGoWithTheTokensOfTheContent() {
        JsonObject choice = choices(
                        post(CHAT, chat("Count to 12.").add("logprobs", true).add("top_logprobs", 3)))
                .get(0);
        List<JsonObject> tokens =
                choice.getJsonObject("logprobs").getJsonArray("content").getValuesAs(JsonObject.class);
        assertThat(tokens.stream().map(token -> token.getString("token")).collect(Collectors.joining()))
                .isEqualTo(content(choice));
        assertThat(tokens).allSatisfy(token -> {
            double logprob = token.getJsonNumber("logprob").doubleValue();
            assertThat(logprob).isBetween(-20.0, 0.0);
            List<JsonObject> top = token.getJsonArray("top_logprobs").getValuesAs(JsonObject.class);
            assertThat(top).hasSize(3);
            assertThat(top.get(0).getString("token")).isEqualTo(token.getString("token"));
            assertThat(top.stream()
                            .mapToDouble(other ->
                                    Math.exp(other.getJsonNumber("logprob").doubleValue()))
                            .sum())
                    .isLessThanOrEqualTo(1.0001);
        });
    }

    @Test
    void aBannedTokenIsNotSaidAndAForcedOneIs() {
        List<Integer> one = tokens("1");
        assertThat(one).hasSize(1);
        JsonObjectBuilder banned = Json.createObjectBuilder().add(one.get(0).toString(), -100);
        assertThat(content(choices(post(
                                CHAT,
                                chat("Count to 12.").add("logit_bias", banned).add("max_tokens", 12)))
                        .get(0)))
                .doesNotContain("1");
        JsonObjectBuilder forced = Json.createObjectBuilder().add(one.get(0).toString(), 100);
        assertThat(content(choices(post(
                                CHAT,
                                chat("Count to 12.").add("logit_bias", forced).add("max_tokens", 5)))
                        .get(0)))
                .isEqualTo("11111");
        HttpResponse<String> unknown = client.post(
                CHAT,
                chat("x")
                        .add("logit_bias", Json.createObjectBuilder().add("9999999", 1))
                        .build()
                        .toString());
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(ApiClient.json(unknown.body()).getJsonObject("error").getString("param"))
                .isEqualTo("logit_bias");
    }

    private List<Integer> tokens(String text) {
        JsonObject answer = post(
                "/v1/tokenize",
                Json.createObjectBuilder()
                        .add("model", MODEL)
                        .add("prompt", text)
                        .add("add_special_tokens", false));
        List<Integer> ids = answer.getJsonArray("tokens").getValuesAs(value -> ((JsonNumber) value).intValue());
        assertThat(answer.getInt("count")).isEqualTo(ids.size());
        assertThat(answer.getInt("max_model_len")).isEqualTo(2048);
        return ids;
    }

    @Test
    void textsBecomeTokensAndTextsAgain() {
        String text = "Count to 12: \u00e9 \ud83d\ude00 <|im_end|>";
        JsonArray ids = Json.createArrayBuilder(tokens(text)).build();
        JsonObject back = post(
                "/v1/detokenize", Json.createObjectBuilder().add("model", MODEL).add("tokens", ids));
        assertThat(back.getString("prompt")).isEqualTo(text);

        HttpResponse<String> wrong =
                client.post("/v1/detokenize", "{\"model\":\"" + MODEL + "\",\"tokens\":[1,999999]}");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(ApiClient.json(wrong.body()).getJsonObject("error").getString("param"))
                .isEqualTo("tokens");
    }

    @Test
    void aConversationHasAsManyTokensAsItsAnswerSays() {
        JsonObject counted = post("/v1/tokenize", chat("Count to 12."));
        JsonObject answered = post(CHAT, chat("Count to 12.").add("max_tokens", 1));
        assertThat(counted.getInt("count"))
                .isEqualTo(answered.getJsonObject("usage").getInt("prompt_tokens"));
    }

    @Test
    void plainTextsAreContinuedWholeAndStreamed() {
        String prompt = "<|im_start|>user\nCount to 12.<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";
        JsonObject whole = post(TEXT, text(prompt).add("max_tokens", 60));
        String answer = choices(whole).get(0).getString("text");
        assertThat(whole.getString("object")).isEqualTo("text_completion");
        assertThat(answer).startsWith("1, 2, 3").contains("11, 12");
        assertThat(choices(whole).get(0).getString("finish_reason")).isEqualTo("stop");

        List<String> events = client.events(
                TEXT,
                text(prompt)
                        .add("max_tokens", 60)
                        .add("stream", true)
                        .add("stream_options", Json.createObjectBuilder().add("include_usage", true))
                        .build()
                        .toString());
        assertThat(events).endsWith("[DONE]");
        StringBuilder streamed = new StringBuilder();
        events.subList(0, events.size() - 1)
                .forEach(event ->
                        choices(ApiClient.json(event)).forEach(choice -> streamed.append(choice.getString("text"))));
        assertThat(streamed).hasToString(answer);
        JsonObject usage = ApiClient.json(events.get(events.size() - 2)).getJsonObject("usage");
        assertThat(usage.getInt("completion_tokens"))
                .isEqualTo(whole.getJsonObject("usage").getInt("completion_tokens"));

        JsonObject sixteen = post(TEXT, text(prompt));
        assertThat(sixteen.getJsonObject("usage").getInt("completion_tokens")).isEqualTo(16);
        assertThat(choices(sixteen).get(0).getString("finish_reason")).isEqualTo("length");
    }

    @Test
    void promptsMayBeListsAndTokenIds() {
        List<Integer> ids = tokens("Count to 12: 1, 2, 3,");
        JsonObject byText = post(TEXT, text("Count to 12: 1, 2, 3,"));
        JsonObject byIds = post(
                TEXT,
                Json.createObjectBuilder()
                        .add("model", MODEL)
                        .add("temperature", 0)
                        .add("prompt", Json.createArrayBuilder(ids)));
        assertThat(choices(byIds).get(0).getString("text"))
                .isEqualTo(choices(byText).get(0).getString("text"));

        JsonObject two = post(
                TEXT,
                Json.createObjectBuilder()
                        .add("model", MODEL)
                        .add("temperature", 0)
                        .add("n", 2)
                        .add(
                                "prompt",
                                Json.createArrayBuilder()
                                        .add("Count to 12: 1, 2, 3,")
                                        .add("Hello")));
        assertThat(choices(two)).hasSize(4);
        assertThat(choices(two).get(1).getString("text"))
                .isEqualTo(choices(byText).get(0).getString("text"));
    }

    @Test
    void anEchoedPromptComesWithTheLikelihoodOfItsTokens() {
        String prompt = "Count to 12: 1, 2, 3,";
        JsonObject scored =
                post(TEXT, text(prompt).add("echo", true).add("max_tokens", 0).add("logprobs", 2));
        JsonObject choice = choices(scored).get(0);
        assertThat(choice.getString("text")).isEqualTo(prompt);
        JsonObject logprobs = choice.getJsonObject("logprobs");
        assertThat(strings(logprobs.getJsonArray("tokens"))).isEqualTo(prompt);
        assertThat(logprobs.getJsonArray("token_logprobs"))
                .hasSize(tokens(prompt).size());
        assertThat(logprobs.getJsonArray("token_logprobs").get(0)).isEqualTo(JsonValue.NULL);
        assertThat(scored.getJsonObject("usage").getInt("completion_tokens")).isZero();

        JsonObject more = choices(post(
                        TEXT,
                        text(prompt).add("echo", true).add("max_tokens", 4).add("logprobs", 2)))
                .get(0);
        assertThat(more.getString("text")).startsWith(prompt).hasSizeGreaterThan(prompt.length());
        JsonArray again = more.getJsonObject("logprobs").getJsonArray("token_logprobs");
        for (int i = 1; i < logprobs.getJsonArray("token_logprobs").size(); i++) {
            assertThat(again.getJsonNumber(i).doubleValue())
                    .isCloseTo(
                            logprobs.getJsonArray("token_logprobs")
                                    .getJsonNumber(i)
                                    .doubleValue(),
                            within(0.05));
        }
    }

    private static String strings(JsonArray values) {
        return values.getValuesAs(JsonString.class).stream()
                .map(JsonString::getString)
                .collect(Collectors.joining());
    }

    @Test
    void nobodyIsAnsweredAboutAPictureThatNobodyLookedAt() {
        HttpResponse<String> refused = client.post(
                CHAT,
                "{\"model\":\"" + MODEL + "\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                        + "\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0KGgo=\"}}]}]}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(ApiClient.json(refused.body()).getJsonObject("error").getString("code"))
                .isEqualTo("images_not_supported");
    }

    @Test
    void aPlainTextCanBeKeptToAForm() {
        JsonObject answer = post(
                TEXT,
                text("Once upon a")
                        .add(
                                "guided_choice",
                                Json.createArrayBuilder().add("zebra").add("yak")));
        assertThat(choices(answer).get(0).getString("text")).isIn("zebra", "yak");
    }

    @Test
    void aResponseCanBeKeptToAForm() {
        JsonObject format = ApiClient.json(
                "{\"type\":\"json_schema\",\"name\":\"n\",\"strict\":true,\"schema\":{\"type\":"
                        + "\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"],\"additionalProperties\":false}}");
        JsonObject answer = post(
                "/v1/responses",
                Json.createObjectBuilder()
                        .add("model", MODEL)
                        .add("temperature", 0)
                        .add("input", "What is 12 * 7?")
                        .add("chat_template_kwargs", Json.createObjectBuilder().add("enable_thinking", false))
                        .add("max_output_tokens", 60)
                        .add("text", Json.createObjectBuilder().add("format", format)));
        String text = answer.getJsonArray("output")
                .getJsonObject(0)
                .getJsonArray("content")
                .getJsonObject(0)
                .getString("text");
        assertThat(ApiClient.json(text)).containsOnlyKeys("n");
    }

    @Test
    void theBestOfSeveralIsOneOfThem() {
        JsonObject best = post(
                TEXT,
                text("Once upon a time")
                        .add("temperature", 1)
                        .add("seed", 5)
                        .add("best_of", 4)
                        .add("n", 1));
        assertThat(choices(best)).hasSize(1);
        assertThat(choices(best).get(0).get("logprobs")).isEqualTo(JsonValue.NULL);
        assertThat(best.getJsonObject("usage").getInt("completion_tokens")).isGreaterThan(16);
        JsonObject all = post(
                TEXT,
                text("Once upon a time").add("temperature", 1).add("seed", 5).add("n", 4));
        assertThat(choices(all))
                .extracting(choice -> choice.getString("text"))
                .contains(choices(best).get(0).getString("text"));
    }

    @Test
    void aStreamCanBeEndedByItsIdAndOnlyByItsOwner() {
        ApiClient other = ApiClient.approved(RunningServer.shared(), "eve@example.com", client);
        String endless = chat("Tell me a story about a fox.")
                .add("temperature", 2)
                .add("max_tokens", 2000)
                .add("stream", true)
                .add("logit_bias", Json.createObjectBuilder().add("2041", -100).add("2039", -100))
                .build()
                .toString();
        List<String> seen = new ArrayList<>();
        HttpResponse<Stream<String>> stream = client.lines(CHAT, endless);
        try (Stream<String> lines = stream.body()) {
            var each = lines.filter(line -> line.startsWith("data: ")).iterator();
            String id = ApiClient.json(each.next().substring(6)).getString("id");
            assertThat(other.post("/v1/requests/" + id + "/cancel", "").statusCode())
                    .isEqualTo(404);
            assertThat(client.post("/v1/requests/" + id + "/cancel", "").statusCode())
                    .isEqualTo(200);
            each.forEachRemaining(seen::add);
        }
        assertThat(seen.get(seen.size() - 1)).isEqualTo("data: [DONE]");
        JsonObject error =
                ApiClient.json(seen.get(seen.size() - 2).substring(6)).getJsonObject("error");
        assertThat(error.getString("code")).isEqualTo("request_cancelled");
        assertThat(client.post("/v1/requests/no-such/cancel", "").statusCode()).isEqualTo(404);
    }
}
