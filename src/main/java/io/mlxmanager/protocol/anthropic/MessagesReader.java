package io.mlxmanager.protocol.anthropic;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Choices;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Sampling;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.protocol.Fields;
import io.mlxmanager.protocol.KeepAlive;
import io.mlxmanager.protocol.ProtocolException;
import io.mlxmanager.protocol.ProtocolException.Code;
import io.mlxmanager.protocol.SchemaFields;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the body of {@code POST /v1/messages} and of {@code /v1/messages/count_tokens}. Whatever would change the answer is
 * either carried into the {@link ChatRequest} or refused by name. Stateless and thread-safe.
 */
public final class MessagesReader {

    private static final int MOST_MESSAGES = 4096;
    private static final int MOST_TOOLS = 256;
    private static final int MOST_STOPS = 16;
    private static final int LONGEST_MODEL_NAME = 512;

    private final BlockReader blocks = new BlockReader();

    /**
     * Reads a request for an answer.
     *
     * @throws ProtocolException naming the field that is wrong or unsupported
     */
    public MessagesRequest read(String body) {
        Fields fields = Fields.parse(body);
        OptionalInt most = fields.smallInteger("max_tokens", 1);
        if (most.isEmpty()) {
            throw fields.missing("max_tokens");
        }
        return read(fields, most);
    }

    /** Reads a request whose tokens are to be counted; {@code max_tokens} may be missing. */
    public MessagesRequest readForCount(String body) {
        Fields fields = Fields.parse(body);
        return read(fields, fields.smallInteger("max_tokens", 1));
    }

    private MessagesRequest read(Fields fields, OptionalInt maxTokens) {
        List<String> ignored = new ArrayList<>();
        String model = fields.requiredString("model");
        if (model.length() > LONGEST_MODEL_NAME) {
            throw fields.invalid("model", "is longer than " + LONGEST_MODEL_NAME + " characters.");
        }
        List<Message> conversation = new ArrayList<>();
        system(fields).ifPresent(text -> conversation.add(Message.system(text)));
        messages(fields, conversation, ignored);
        Sampling sampling = new Sampling(
                fields.number("temperature", 0, 1),
                fields.number("top_p", 0, 1),
                fields.smallInteger("top_k", 0),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Map.of());
        List<Tool> offered = tools(fields, ignored);
        ChatRequest chat = new ChatRequest(
                model,
                conversation,
                offered,
                toolChoice(fields, offered),
                sampling,
                maxTokens,
                stops(fields),
                form(fields, ignored),
                KeepAlive.read(fields),
                thinking(fields, ignored),
                Choices.ONE,
                parallelCalls(fields));
        boolean stream = fields.bool("stream", false);
        fields.fields("metadata");
        fields.accept("service_tier", "inference_geo", "cache_control");
        for (String absent : List.of("container", "mcp_servers", "context_management")) {
            if (fields.value(absent).isPresent()) {
                throw fields.unsupported(absent, "this server has no such feature.");
            }
        }
        ignored.addAll(fields.unknown());
        return new MessagesRequest(chat, stream, ignored);
    }

    private Optional<String> system(Fields fields) {
        Optional<JsonValue> value = fields.value("system");
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get() instanceof JsonString text) {
            return Optional.of(text.getString());
        }
        List<String> texts = new ArrayList<>();
        for (JsonValue entry : fields.list("system", 1024)) {
            Fields block = Fields.of(entry, "system[" + texts.size() + "]");
            String type = block.requiredString("type");
            if (!type.equals("text")) {
                throw block.unsupportedValue("type", "\"" + type + "\"", "text");
            }
            texts.add(block.string("text").orElseThrow(() -> block.missing("text")));
        }
        return texts.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", texts));
    }

    private void messages(Fields fields, List<Message> conversation, List<String> ignored) {
        List<JsonValue> values = fields.list("messages", MOST_MESSAGES);
        if (values.isEmpty()) {
            throw fields.value("messages").isEmpty()
                    ? fields.missing("messages")
                    : fields.invalid("messages", "must hold at least one message.");
        }
        for (int i = 0; i < values.size(); i++) {
            Fields message = Fields.of(values.get(i), "messages[" + i + "]");
            String role = message.requiredString("role");
            switch (role) {
                case "user" -> blocks.user(message, conversation);
                case "assistant" -> blocks.assistant(message, conversation);
                case "system" -> blocks.system(message, conversation);
                default -> throw message.unsupportedValue("role", "\"" + role + "\"", "user, assistant, system");
            }
            ignored.addAll(message.unknown());
        }
    }

    private static List<Tool> tools(Fields fields, List<String> ignored) {
        List<Tool> tools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonValue value : fields.list("tools", MOST_TOOLS)) {
            Fields tool = Fields.of(value, "tools[" + tools.size() + "]");
            String type = tool.string("type").orElse("custom");
            if (!type.equals("custom")) {
                throw tool.unsupportedValue("type", "\"" + type + "\"", "custom");
            }
            String name = tool.requiredString("name");
            if (!names.add(name)) {
                throw tool.invalid("name", "\"" + name + "\" is used by more than one tool.");
            }
            JsonObject schema = tool.fields("input_schema")
                    .orElseThrow(() -> tool.missing("input_schema"))
                    .object();
            JsonObjectBuilder function = Json.createObjectBuilder().add("name", name);
            tool.string("description").ifPresent(text -> function.add("description", text));
            function.add("parameters", schema);
            tools.add(Tool.fromDeclaration(Json.createObjectBuilder()
                    .add("type", "function")
                    .add("function", function)
                    .build()));
            tool.accept("cache_control", "eager_input_streaming");
            ignored.addAll(tool.unknown());
        }
        return tools;
    }

    private static boolean parallelCalls(Fields fields) {
        return !fields.fields("tool_choice")
                .map(choice -> choice.bool("disable_parallel_tool_use", false))
                .orElse(false);
    }

    private static ToolChoice toolChoice(Fields fields, List<Tool> offered) {
        Optional<Fields> given = fields.fields("tool_choice");
        if (given.isEmpty()) {
            return new ToolChoice.Auto();
        }
        Fields choice = given.get();
        String type = choice.requiredString("type");
        return switch (type) {
            case "auto" -> new ToolChoice.Auto();
            case "none" -> new ToolChoice.None();
            case "any" -> {
                if (offered.isEmpty()) {
                    throw choice.invalid("type", "is \"any\", but there are no tools.");
                }
                yield new ToolChoice.Required();
            }
            case "tool" -> {
                String name = choice.requiredString("name");
                if (offered.stream().noneMatch(tool -> tool.name().equals(name))) {
                    throw choice.invalid("name", "\"" + name + "\" is not one of the tools.");
                }
                yield new ToolChoice.Named(name);
            }
            default -> throw choice.unsupportedValue("type", "\"" + type + "\"", "auto, any, tool, none");
        };
    }

    /** {@code output_config.format}, and {@code output_format}, as it was called before. */
    private static Optional<Grammar> form(Fields fields, List<String> ignored) {
        Optional<Fields> config = fields.fields("output_config");
        Optional<Fields> current = config.flatMap(given -> given.fields("format"));
        config.ifPresent(given -> ignored.addAll(given.unknown()));
        Optional<Fields> earlier = fields.fields("output_format");
        if (current.isPresent() && earlier.isPresent()) {
            throw fields.invalid("output_format", "is the former name of output_config.format; only one is allowed.");
        }
        return current.or(() -> earlier).map(format -> {
            String type = format.requiredString("type");
            if (!type.equals("json_schema")) {
                throw format.unsupportedValue("type", "\"" + type + "\"", "json_schema");
            }
            Fields schema = format.fields("schema").orElseThrow(() -> format.missing("schema"));
            return SchemaFields.grammar(schema.object(), format.path("schema"));
        });
    }

    private static List<String> stops(Fields fields) {
        List<String> stops = new ArrayList<>();
        for (JsonValue entry : fields.list("stop_sequences", MOST_STOPS)) {
            String path = "stop_sequences[" + stops.size() + "]";
            if (!(entry instanceof JsonString text)) {
                throw Fields.wrongType(path, "a string", entry);
            }
            if (text.getString().isBlank()) {
                throw new ProtocolException(Code.INVALID_VALUE, path, path + " must not be blank.");
            }
            stops.add(text.getString());
        }
        return stops;
    }

    /** This protocol's models think only when they are asked to, so the template's switch is always set. */
    private static Map<String, JsonValue> thinking(Fields fields, List<String> ignored) {
        Optional<Fields> given = fields.fields("thinking");
        boolean thinks = false;
        if (given.isPresent()) {
            String type = given.get().requiredString("type");
            thinks = switch (type) {
                case "enabled", "adaptive" -> true;
                case "disabled" -> false;
                default ->
                    throw given.get().unsupportedValue("type", "\"" + type + "\"", "enabled, adaptive, disabled");
            };
            given.get().accept("display");
            ignored.addAll(given.get().unknown());
        }
        JsonValue value = thinks ? JsonValue.TRUE : JsonValue.FALSE;
        Map<String, JsonValue> options = new LinkedHashMap<>();
        options.put("enable_thinking", value);
        options.put("thinking", value);
        return options;
    }
}
