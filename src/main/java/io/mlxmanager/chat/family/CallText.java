package io.mlxmanager.chat.family;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.JsonText;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Part;
import io.mlxmanager.chat.ToolCall;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes earlier calls as the model itself wrote them, for templates that render nothing but text. Without it a model would
 * read results of calls that it never made.
 */
final class CallText {

    private CallText() {}

    /** Calls become part of the text of their message. */
    static ChatRequest inText(ChatRequest request, ToolSyntax syntax) {
        List<Message> messages = new ArrayList<>();
        for (Message message : request.messages()) {
            messages.add(message.toolCalls().isEmpty() ? message : inText(message, syntax));
        }
        return request.withMessages(messages);
    }

    private static Message inText(Message message, ToolSyntax syntax) {
        List<Part> parts = new ArrayList<>(message.parts());
        parts.removeIf(part -> part instanceof Part.Text text && text.text().isEmpty());
        parts.add(new Part.Text(of(syntax, message.toolCalls())));
        return new Message(message.role(), parts, message.reasoning(), List.of(), message.toolCallId(), message.name());
    }

    private static String of(ToolSyntax syntax, List<ToolCall> calls) {
        return switch (syntax) {
            case PYTHON_LIST ->
                calls.stream()
                        .map(CallText::python)
                        .collect(Collectors.joining(", ", "<|tool_call_start|>[", "]<|tool_call_end|>"));
            case PHI -> list(calls, "<|tool_call|>[", "]<|/tool_call|>");
            case BARE_JSON -> list(calls, "[", "]");
            default ->
                calls.stream()
                        .map(call -> "<tool_call>\n" + json(call) + "\n</tool_call>")
                        .collect(Collectors.joining("\n"));
        };
    }

    private static String list(List<ToolCall> calls, String open, String close) {
        return calls.stream().map(CallText::json).collect(Collectors.joining(", ", open, close));
    }

    private static String json(ToolCall call) {
        return "{\"name\": " + Json.createValue(call.name()) + ", \"arguments\": "
                + arguments(call)
                        .map(JsonObject::toString)
                        .orElse(Json.createValue(call.arguments()).toString())
                + "}";
    }

    private static String python(ToolCall call) {
        return arguments(call).orElse(JsonValue.EMPTY_JSON_OBJECT).entrySet().stream()
                .map(entry -> entry.getKey() + "=" + python(entry.getValue()))
                .collect(Collectors.joining(", ", call.name() + "(", ")"));
    }

    private static String python(JsonValue value) {
        return switch (value.getValueType()) {
            case TRUE -> "True";
            case FALSE -> "False";
            case NULL -> "None";
            case STRING, NUMBER -> value.toString();
            case ARRAY ->
                value.asJsonArray().stream().map(CallText::python).collect(Collectors.joining(", ", "[", "]"));
            case OBJECT ->
                value.asJsonObject().entrySet().stream()
                        .map(entry -> Json.createValue(entry.getKey()) + ": " + python(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
        };
    }

    private static Optional<JsonObject> arguments(ToolCall call) {
        return JsonText.read(call.arguments())
                .filter(JsonObject.class::isInstance)
                .map(JsonValue::asJsonObject);
    }
}
