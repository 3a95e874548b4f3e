package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Part;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.ToolCall;
import io.mlxmanager.protocol.Fields;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads one entry of {@code messages}. Stateless and thread-safe. */
final class MessageReader {

    static final int MOST_PARTS = 256;
    static final int MOST_TOOL_CALLS = 128;

    private final ImageReader images = new ImageReader();

    /** @param ignored collects the paths of fields without effect */
    Message read(Fields fields, List<String> ignored) {
        Role role = role(fields);
        List<Part> parts = parts(fields, role);
        List<ToolCall> calls = role == Role.ASSISTANT ? toolCalls(fields) : List.of();
        Optional<String> reasoning = role == Role.ASSISTANT ? reasoning(fields) : Optional.empty();
        Optional<String> toolCallId =
                role == Role.TOOL ? Optional.of(fields.requiredString("tool_call_id")) : Optional.empty();
        Optional<String> name = fields.string("name");
        if (role == Role.ASSISTANT) {
            parts = withRefusal(fields, parts);
            refuseOutdated(fields);
        }
        if (role != Role.ASSISTANT && fields.value("content").isEmpty()) {
            throw fields.missing("content");
        }
        ignored.addAll(fields.unknown());
        return new Message(role, parts, reasoning, calls, toolCallId, name);
    }

    private static Role role(Fields fields) {
        String name = fields.requiredString("role");
        if (name.equals("function")) {
            throw fields.unsupportedValue("role", "\"function\"", "tool, with a tool_call_id");
        }
        return Role.fromWireName(name)
                .orElseThrow(() -> fields.invalid(
                        "role", "must be system, developer, user, assistant or tool, but is \"" + shown(name) + "\"."));
    }

    private static String shown(String name) {
        return name.length() > 40 ? name.substring(0, 40) + "…" : name;
    }

    private List<Part> parts(Fields fields, Role role) {
        Optional<JsonValue> content = fields.value("content");
        if (content.isEmpty()) {
            return List.of();
        }
        if (content.get() instanceof JsonString text) {
            return List.of(new Part.Text(text.getString()));
        }
        if (!(content.get() instanceof JsonArray)) {
            throw Fields.wrongType(fields.path("content"), "a string or an array of parts", content.get());
        }
        List<Part> parts = new ArrayList<>();
        for (JsonValue value : fields.list("content", MOST_PARTS)) {
            parts.add(part(Fields.of(value, fields.path("content") + "[" + parts.size() + "]"), role));
        }
        return parts;
    }

    private Part part(Fields part, Role role) {
        String type = part.requiredString("type");
        return switch (type) {
            case "text" -> new Part.Text(part.string("text").orElseThrow(() -> part.missing("text")));
            case "refusal" -> new Part.Text(part.string("refusal").orElseThrow(() -> part.missing("refusal")));
            case "image_url" -> {
                if (role != Role.USER && role != Role.TOOL) {
                    throw part.unsupportedValue("type", "\"image_url\" for role " + role.wireName(), "text");
                }
                yield images.read(part);
            }
            default -> throw part.unsupportedValue("type", "\"" + shown(type) + "\"", "text, image_url");
        };
    }

    /** Clients that keep the answer object as history send its reasoning back under either name. */
    private static Optional<String> reasoning(Fields fields) {
        Optional<String> reasoning = fields.string("reasoning_content").or(() -> fields.string("reasoning"));
        fields.accept("reasoning");
        return reasoning;
    }

    private static List<ToolCall> toolCalls(Fields fields) {
        List<ToolCall> calls = new ArrayList<>();
        for (JsonValue value : fields.list("tool_calls", MOST_TOOL_CALLS)) {
            Fields call = Fields.of(value, fields.path("tool_calls") + "[" + calls.size() + "]");
            String type = call.string("type").orElse("function");
            if (!type.equals("function")) {
                throw call.unsupportedValue("type", "\"" + shown(type) + "\"", "function");
            }
            Fields function = call.fields("function").orElseThrow(() -> call.missing("function"));
            calls.add(new ToolCall(call.requiredString("id"), function.requiredString("name"), arguments(function)));
        }
        return calls;
    }

    /** The text as it is, valid JSON or not: it is what the model once wrote. Some clients send it parsed. */
    private static String arguments(Fields function) {
        JsonValue arguments = function.value("arguments").orElseThrow(() -> function.missing("arguments"));
        if (arguments instanceof JsonObject object) {
            return object.toString();
        }
        return function.string("arguments").orElseThrow();
    }

    private static List<Part> withRefusal(Fields fields, List<Part> parts) {
        Optional<String> refusal = fields.string("refusal");
        return refusal.isPresent() && parts.isEmpty() ? List.of(new Part.Text(refusal.get())) : parts;
    }

    private static void refuseOutdated(Fields fields) {
        if (fields.value("function_call").isPresent()) {
            throw fields.unsupported("function_call", "use tool_calls.");
        }
        if (fields.value("audio").isPresent()) {
            throw fields.unsupported("audio", "this server has no such feature.");
        }
        fields.accept("annotations");
    }
}
