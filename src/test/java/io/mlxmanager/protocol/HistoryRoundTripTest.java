package io.mlxmanager.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Part;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.ToolCall;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.protocol.anthropic.MessagesReader;
import io.mlxmanager.protocol.anthropic.MessagesWriter;
import io.mlxmanager.protocol.openai.ChatCompletionReader;
import io.mlxmanager.protocol.openai.ChatCompletionWriter;
import io.mlxmanager.protocol.openai.CompletionHeader;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A client that keeps what we answered and sends it back: answers go through our writers, the client's own messages are
 * written here as the protocols have them, and our readers must find the conversation as it was.
 */
class HistoryRoundTripTest {

    private static final int CONVERSATIONS = 300;
    private static final String[] TEXTS = {
        "Hello",
        "",
        "two\nlines",
        "\"quotes\" \\ and 東京 \uD83D\uDE00",
        "<think>tags</think>",
        "{\"json\": [1]}",
        " spaces "
    };

    @Test
    void openAiKeepsEveryConversation() {
        for (long seed = 1; seed <= CONVERSATIONS; seed++) {
            List<Message> conversation = conversation(new Random(seed));
            JsonArrayBuilder messages = Json.createArrayBuilder();
            conversation.forEach(message -> messages.add(openAi(message)));
            JsonObject body = Json.createObjectBuilder()
                    .add("model", "m")
                    .add("messages", messages)
                    .build();

            List<Message> read = new ChatCompletionReader().read(body).chat().messages();

            assertThat(canonical(read)).as("seed %d", seed).isEqualTo(canonical(conversation));
        }
    }

    @Test
    void anthropicKeepsEveryConversation() {
        for (long seed = 1; seed <= CONVERSATIONS; seed++) {
            List<Message> conversation = conversation(new Random(seed));
            JsonArrayBuilder messages = Json.createArrayBuilder();
            conversation.stream()
                    .filter(message -> message.role() != Role.SYSTEM)
                    .forEach(message -> messages.add(anthropic(message)));
            JsonObject body = Json.createObjectBuilder()
                    .add("model", "m")
                    .add("max_tokens", 9)
                    .add("system", conversation.get(0).text())
                    .add("messages", messages)
                    .build();

            List<Message> read =
                    new MessagesReader().read(body.toString()).chat().messages();

            assertThat(canonical(read)).as("seed %d", seed).isEqualTo(canonical(conversation));
        }
    }

    private static List<Message> conversation(Random random) {
        List<Message> messages = new ArrayList<>();
        messages.add(Message.system("Be " + TEXTS[random.nextInt(TEXTS.length)]));
        for (int turn = random.nextInt(4); turn >= 0; turn--) {
            messages.add(withParts(Role.USER, parts(random), Optional.empty()));
            List<ToolCall> calls = calls(random, turn);
            messages.add(new Message(
                    Role.ASSISTANT,
                    calls.isEmpty() || random.nextBoolean()
                            ? List.of(new Part.Text("x" + TEXTS[random.nextInt(TEXTS.length)]))
                            : List.of(),
                    random.nextBoolean() ? Optional.of("r" + TEXTS[random.nextInt(TEXTS.length)]) : Optional.empty(),
                    calls,
                    Optional.empty(),
                    Optional.empty()));
            calls.forEach(call -> messages.add(withParts(Role.TOOL, parts(random), Optional.of(call.id()))));
        }
        return messages;
    }

    private static Message withParts(Role role, List<Part> parts, Optional<String> callId) {
        return new Message(role, parts, Optional.empty(), List.of(), callId, Optional.empty());
    }

    private static List<Part> parts(Random random) {
        List<Part> parts = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> parts.add(new Part.Image(new Part.InlineImage("image/png", "aGVsbG8=")));
                case 1 -> parts.add(new Part.Image(new Part.RemoteImage(URI.create("https://example.org/a.png?b=c"))));
                default -> parts.add(new Part.Text("t" + TEXTS[random.nextInt(TEXTS.length)]));
            }
        }
        return parts;
    }

    private static List<ToolCall> calls(Random random, int turn) {
        List<ToolCall> calls = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            JsonObjectBuilder arguments = Json.createObjectBuilder();
            for (int k = random.nextInt(3); k > 0; k--) {
                arguments.add("k" + k, TEXTS[random.nextInt(TEXTS.length)]);
                arguments.add(
                        "o" + k,
                        Json.createObjectBuilder()
                                .add("n", random.nextInt() / 4.0)
                                .addNull("z"));
            }
            calls.add(new ToolCall(
                    "call_" + turn + "_" + i,
                    "mod.do-it_" + i,
                    arguments.build().toString()));
        }
        return calls;
    }

    private static JsonValue openAi(Message message) {
        if (message.role() == Role.ASSISTANT) {
            CompletionHeader header = new CompletionHeader("id", Instant.EPOCH, "m", Optional.empty());
            return new ChatCompletionWriter()
                    .write(header, List.of(answer(message)), Usage.NONE, false)
                    .getJsonArray("choices")
                    .getJsonObject(0)
                    .get("message");
        }
        JsonArrayBuilder content = Json.createArrayBuilder();
        for (Part part : message.parts()) {
            JsonObjectBuilder object = Json.createObjectBuilder();
            if (part instanceof Part.Text text) {
                content.add(object.add("type", "text").add("text", text.text()));
            } else if (part instanceof Part.Image image) {
                content.add(object.add("type", "image_url")
                        .add("image_url", Json.createObjectBuilder().add("url", url(image))));
            }
        }
        JsonObjectBuilder object = Json.createObjectBuilder()
                .add("role", message.role().wireName())
                .add("content", content);
        message.toolCallId().ifPresent(id -> object.add("tool_call_id", id));
        return object.build();
    }

    private static String url(Part.Image image) {
        return image.source() instanceof Part.InlineImage inline
                ? "data:" + inline.mediaType() + ";base64," + inline.base64()
                : ((Part.RemoteImage) image.source()).url().toString();
    }

    private static JsonValue anthropic(Message message) {
        JsonObjectBuilder object = Json.createObjectBuilder();
        if (message.role() == Role.ASSISTANT) {
            JsonObject written = new MessagesWriter().write("id", "m", answer(message));
            return object.add("role", "assistant")
                    .add("content", written.get("content"))
                    .build();
        }
        JsonArrayBuilder content = Json.createArrayBuilder();
        for (Part part : message.parts()) {
            content.add(block(part));
        }
        object.add("role", "user");
        return message.toolCallId()
                .map(id -> object.add(
                        "content",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("type", "tool_result")
                                        .add("tool_use_id", id)
                                        .add("content", content))))
                .orElseGet(() -> object.add("content", content))
                .build();
    }

    private static JsonObjectBuilder block(Part part) {
        JsonObjectBuilder block = Json.createObjectBuilder();
        if (part instanceof Part.Text text) {
            return block.add("type", "text").add("text", text.text());
        }
        Part.ImageSource source = ((Part.Image) part).source();
        JsonObjectBuilder from = Json.createObjectBuilder();
        if (source instanceof Part.InlineImage inline) {
            from.add("type", "base64").add("media_type", inline.mediaType()).add("data", inline.base64());
        } else if (source instanceof Part.RemoteImage remote) {
            from.add("type", "url").add("url", remote.url().toString());
        }
        return block.add("type", "image").add("source", from);
    }

    private static ChatResult answer(Message message) {
        return new ChatResult(
                message.text(),
                message.reasoning().orElse(""),
                message.toolCalls(),
                message.toolCalls().isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS,
                Usage.NONE,
                Optional.empty(),
                List.of());
    }

    /** Arguments as values, because only their meaning has to survive. */
    private static List<Object> canonical(List<Message> messages) {
        return messages.stream()
                .map(message -> (Object) List.of(
                        message.role(),
                        message.parts(),
                        message.reasoning(),
                        message.toolCalls().stream()
                                .map(call -> List.of(call.id(), call.name(), json(call.arguments())))
                                .toList(),
                        message.toolCallId()))
                .toList();
    }

    private static JsonValue json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readValue();
        }
    }
}
