package io.mlxmanager.chat.template;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.JsonText;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Part;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolCall;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.Map;
import java.util.Set;

/**
 * Builds what a template is given from a request, in the shape in which the transformers library gives it: arguments of
 * earlier tool calls as objects, tools as the caller declared them, special tokens by their names. Immutable and
 * thread-safe.
 */
public final class PromptVariables {

    private static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

    /** Variables that no option may replace. */
    private static final Set<String> RESERVED = Set.of("messages", "tools", "add_generation_prompt");

    private final Map<String, String> specialTokens;
    private final boolean contentAsParts;
    private final boolean knowsDeveloper;
    private final boolean toolsInSystem;

    private PromptVariables(
            Map<String, String> specialTokens, boolean contentAsParts, boolean knowsDeveloper, boolean toolsInSystem) {
        this.toolsInSystem = toolsInSystem;
        this.specialTokens = Map.copyOf(specialTokens);
        this.contentAsParts = contentAsParts;
        this.knowsDeveloper = knowsDeveloper;
    }

    /**
     * For one template.
     *
     * @param specialTokens {@code bos_token} and the like with their texts, as {@link TemplateFiles#specialTokens()} has them
     */
    public static PromptVariables forTemplate(ChatTemplate template, Map<String, String> specialTokens) {
        boolean knowsDeveloper = template.source().contains("developer");
        boolean toolsInSystem = template.source().contains("'tools' in message");
        return new PromptVariables(specialTokens, template.needsContentParts(), knowsDeveloper, toolsInSystem);
    }

    /** The variables for a request that is to be answered. */
    public JsonObject of(ChatRequest request) {
        JsonObjectBuilder variables = JSON.createObjectBuilder();
        specialTokens.forEach(variables::add);
        request.templateOptions().forEach((name, value) -> {
            if (!RESERVED.contains(name)) {
                variables.add(name, value);
            }
        });
        JsonArrayBuilder messages = JSON.createArrayBuilder();
        boolean toolsHere = toolsInSystem && !request.offeredTools().isEmpty();
        if (toolsHere && request.messages().get(0).role() != Role.SYSTEM) {
            messages.add(message(Message.system("")).add("tools", functions(request)));
        }
        for (int i = 0; i < request.messages().size(); i++) {
            JsonObjectBuilder message = message(request.messages().get(i));
            boolean first = toolsHere && i == 0 && request.messages().get(0).role() == Role.SYSTEM;
            messages.add(first ? message.add("tools", functions(request)) : message);
        }
        variables.add("messages", messages);
        if (!request.offeredTools().isEmpty()) {
            JsonArrayBuilder tools = JSON.createArrayBuilder();
            request.offeredTools().stream().map(Tool::raw).forEach(tools::add);
            variables.add("tools", tools);
        }
        return variables.add("add_generation_prompt", true).build();
    }

    /** The functions as the text that Phi-4's template expects beside the instructions. */
    private static String functions(ChatRequest request) {
        JsonArrayBuilder functions = JSON.createArrayBuilder();
        request.offeredTools().forEach(tool -> functions.add(tool.raw().get("function")));
        return functions.build().toString();
    }

    private JsonObjectBuilder message(Message message) {
        boolean asSystem = message.role() == Role.DEVELOPER && !knowsDeveloper;
        JsonObjectBuilder object = JSON.createObjectBuilder()
                .add("role", (asSystem ? Role.SYSTEM : message.role()).wireName())
                .add("content", content(message));
        message.name().ifPresent(name -> object.add("name", name));
        message.toolCallId().ifPresent(id -> object.add("tool_call_id", id));
        message.reasoning().ifPresent(reasoning -> addReasoning(message, reasoning, object));
        if (!message.toolCalls().isEmpty()) {
            JsonArrayBuilder calls = JSON.createArrayBuilder();
            message.toolCalls().forEach(call -> calls.add(toolCall(call)));
            object.add("tool_calls", calls);
        }
        return object;
    }

    /**
     * Templates read reasoning under one of three names. Those that call it thinking refuse it beside text and tool calls, so
     * there it is left out rather than the conversation refused.
     */
    private static void addReasoning(Message message, String reasoning, JsonObjectBuilder object) {
        object.add("reasoning_content", reasoning).add("reasoning", reasoning);
        if (message.toolCalls().isEmpty() || message.text().isEmpty()) {
            object.add("thinking", reasoning);
        }
    }

    /** Text as text wherever the template can take it, because every template can; parts where there are pictures. */
    private JsonValue content(Message message) {
        if (!message.hasImages() && !contentAsParts) {
            return Json.createValue(message.text());
        }
        JsonArrayBuilder parts = JSON.createArrayBuilder();
        for (Part part : message.parts()) {
            JsonObjectBuilder object = JSON.createObjectBuilder();
            if (part instanceof Part.Text text) {
                parts.add(object.add("type", "text").add("text", text.text()));
            } else {
                parts.add(object.add("type", "image"));
            }
        }
        return parts.build();
    }

    private static JsonObjectBuilder toolCall(ToolCall call) {
        return JSON.createObjectBuilder()
                .add("id", call.id())
                .add("type", "function")
                .add(
                        "function",
                        JSON.createObjectBuilder()
                                .add("name", call.name())
                                .add("arguments", arguments(call.arguments())));
    }

    /** Templates expect an object; what is not one is passed on as the text it is. */
    private static JsonValue arguments(String text) {
        if (text.isBlank()) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
        return JsonText.read(text).filter(JsonObject.class::isInstance).orElseGet(() -> Json.createValue(text));
    }
}
