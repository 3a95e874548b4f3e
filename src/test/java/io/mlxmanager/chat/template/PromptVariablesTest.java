package io.mlxmanager.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Part;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolCall;
import io.mlxmanager.chat.ToolChoice;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PromptVariablesTest {

    private static final ChatTemplate TEXT = ChatTemplate.compile("{{ messages[0].content }}");
    private static final ChatTemplate PARTS =
            ChatTemplate.compile("{% for m in messages %}{% for c in m.content %}{{ c.type }}{% endfor %}{% endfor %}");

    @Test
    void buildsWhatTransformersWouldGive() {
        JsonObject raw = Json.createObjectBuilder()
                .add("type", "function")
                .add("function", Json.createObjectBuilder().add("name", "f"))
                .add("return", "x")
                .build();
        Message call = new Message(
                Role.ASSISTANT,
                List.of(),
                Optional.of("why"),
                List.of(new ToolCall("c1", "f", "{\"a\": 1.0}"), new ToolCall("c2", "g", "broken")),
                Optional.empty(),
                Optional.empty());
        ChatRequest request = ChatRequest.of("m", List.of(Message.user("Hi"), call, Message.toolResult("c1", "42")))
                .withTools(List.of(Tool.fromDeclaration(raw)), new ToolChoice.Auto())
                .withTemplateOptions(Map.of("enable_thinking", JsonValue.FALSE, "tools", JsonValue.NULL));

        JsonObject variables =
                PromptVariables.forTemplate(TEXT, Map.of("bos_token", "<s>")).of(request);

        assertThat(variables.toString())
                .isEqualTo("{\"bos_token\":\"<s>\",\"enable_thinking\":false,\"messages\":["
                        + "{\"role\":\"user\",\"content\":\"Hi\"},"
                        + "{\"role\":\"assistant\",\"content\":\"\",\"reasoning_content\":\"why\",\"reasoning\":\"why\","
                        + "\"thinking\":\"why\",\"tool_calls\":["
                        + "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1.0}}},"
                        + "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"broken\"}}]},"
                        + "{\"role\":\"tool\",\"content\":\"42\",\"tool_call_id\":\"c1\"}],"
                        + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"},\"return\":\"x\"}],"
                        + "\"add_generation_prompt\":true}");
    }

    @Test
    void argumentsThatNoParserReadsStayText() {
        for (String arguments : List.of("[".repeat(3_000), "{\"a\":".repeat(3_000), "{\"a\":1", "\u0000")) {
            Message call = new Message(
                    Role.ASSISTANT,
                    List.of(),
                    Optional.empty(),
                    List.of(new ToolCall("c1", "f", arguments)),
                    Optional.empty(),
                    Optional.empty());

            JsonObject variables = PromptVariables.forTemplate(TEXT, Map.of()).of(ChatRequest.of("m", List.of(call)));

            assertThat(variables
                            .getJsonArray("messages")
                            .getJsonObject(0)
                            .getJsonArray("tool_calls")
                            .getJsonObject(0)
                            .getJsonObject("function")
                            .getString("arguments"))
                    .isEqualTo(arguments);
        }
    }

    @Test
    void leavesToolsOutWhenTheyMustNotBeCalled() {
        Tool tool = Tool.fromDeclaration(Json.createObjectBuilder()
                .add("function", Json.createObjectBuilder().add("name", "f"))
                .build());
        ChatRequest request =
                ChatRequest.of("m", List.of(Message.user("Hi"))).withTools(List.of(tool), new ToolChoice.None());

        assertThat(PromptVariables.forTemplate(TEXT, Map.of()).of(request)).doesNotContainKey("tools");
    }

    @Test
    void givesContentInPartsOnlyWhereTheTemplateOrAPictureNeedsIt() {
        Part.Image image = new Part.Image(new Part.InlineImage("image/png", "AAAA"));
        Message picture = new Message(
                Role.USER,
                List.of(new Part.Text("What?"), image),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());
        Message twoTexts = new Message(
                Role.USER,
                List.of(new Part.Text("a"), new Part.Text("b")),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());

        assertThat(content(TEXT, twoTexts)).isEqualTo(Json.createValue("a\nb"));
        assertThat(content(PARTS, twoTexts).toString())
                .isEqualTo("[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]");
        assertThat(content(TEXT, picture).toString())
                .isEqualTo("[{\"type\":\"text\",\"text\":\"What?\"},{\"type\":\"image\"}]");
    }

    @Test
    void callsTheDeveloperSystemWhereTheTemplateKnowsNoDeveloper() {
        Message developer = Message.text(Role.DEVELOPER, "Be brief.");
        ChatTemplate knows = ChatTemplate.compile("{% if messages[0].role == 'developer' %}{% endif %}");

        assertThat(role(TEXT, developer)).isEqualTo("system");
        assertThat(role(knows, developer)).isEqualTo("developer");
    }

    private static JsonValue content(ChatTemplate template, Message message) {
        return first(template, message).get("content");
    }

    private static String role(ChatTemplate template, Message message) {
        return first(template, message).getString("role");
    }

    private static JsonObject first(ChatTemplate template, Message message) {
        return PromptVariables.forTemplate(template, Map.of())
                .of(ChatRequest.of("m", List.of(message)))
                .getJsonArray("messages")
                .getJsonObject(0);
    }
}
