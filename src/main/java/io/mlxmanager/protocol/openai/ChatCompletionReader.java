package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Choices;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.protocol.Fields;
import io.mlxmanager.protocol.KeepAlive;
import io.mlxmanager.protocol.ProtocolException;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the body of {@code POST /v1/chat/completions}. Whatever would change the answer is either carried into the
 * {@link ChatRequest} or refused by name; whatever would not is accepted, and listed as ignored when nobody knows it.
 * Stateless and thread-safe.
 */
public final class ChatCompletionReader {

    static final int MOST_MESSAGES = 1024;

    /** Variables of the prompt that the conversation itself provides. */
    private static final Set<String> RESERVED_OPTIONS =
            Set.of("messages", "tools", "add_generation_prompt", "bos_token", "eos_token");

    /** Features of this or similar servers that would change the answer. */
    private static final List<String> ABSENT_FEATURES = List.of("audio", "web_search_options");

    private final MessageReader messages = new MessageReader();
    private final ToolReader tools = new ToolReader();
    private final FormReader forms = new FormReader();

    /**
     * Reads a request body.
     *
     * @throws ProtocolException naming the field that is wrong or unsupported
     */
    public ChatCompletionRequest read(String body) {
        return read(Fields.parse(body).object());
    }

    /** As {@link #read(String)}, for a body that is already parsed. */
    public ChatCompletionRequest read(JsonObject body) {
        Fields fields = new Fields(body, "");
        List<String> ignored = new ArrayList<>();
        String model = ModelName.read(fields);
        List<Message> conversation = messages(fields, ignored);
        List<Tool> offered = tools.readAll(fields, ignored);
        ToolChoice choice = tools.readChoice(fields, offered);
        if (choice instanceof ToolChoice.Auto) {
            ignored.addAll(ToolReader.strict(offered));
        }
        refuseUnsupported(fields);
        boolean stream = fields.bool("stream", false);
        boolean includeUsage = SamplingReader.includeUsage(fields, stream, ignored);
        ChatRequest chat = new ChatRequest(
                model,
                conversation,
                offered,
                choice,
                SamplingReader.sampling(fields),
                maxTokens(fields),
                SamplingReader.stop(fields),
                forms.read(fields),
                KeepAlive.read(fields),
                templateOptions(fields),
                choices(fields),
                fields.bool("parallel_tool_calls", true));
        Optional<String> user = fields.string("user");
        fields.fields("metadata");
        fields.accept("safety_identifier", "prompt_cache_key", "prompt_cache_retention");
        ignored.addAll(fields.unknown());
        return new ChatCompletionRequest(chat, stream, includeUsage, user, ignored);
    }

    private List<Message> messages(Fields fields, List<String> ignored) {
        if (fields.value("messages").isEmpty()) {
            throw fields.missing("messages");
        }
        List<JsonValue> values = fields.list("messages", MOST_MESSAGES);
        if (values.isEmpty()) {
            throw fields.invalid("messages", "must hold at least one message.");
        }
        List<Message> conversation = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            conversation.add(messages.read(Fields.of(values.get(i), "messages[" + i + "]"), ignored));
        }
        return conversation;
    }

    private static OptionalInt maxTokens(Fields fields) {
        OptionalInt old = fields.smallInteger("max_tokens", 1);
        OptionalInt current = fields.smallInteger("max_completion_tokens", 1);
        return current.isPresent() ? current : old;
    }

    private static Choices choices(Fields fields) {
        OptionalLong top = fields.integer("top_logprobs", 0, SamplingReader.MOST_LOGPROBS);
        if (fields.bool("logprobs", false)) {
            return new Choices(SamplingReader.count(fields, "n"), OptionalInt.of((int) top.orElse(0)));
        }
        if (top.orElse(0) > 0) {
            throw fields.invalid("top_logprobs", "is only allowed when logprobs is true.");
        }
        return new Choices(SamplingReader.count(fields, "n"), OptionalInt.empty());
    }

    private static Map<String, JsonValue> templateOptions(Fields fields) {
        Map<String, JsonValue> options = new LinkedHashMap<>();
        fields.string("reasoning_effort").ifPresent(effort -> addEffort(fields, effort, options));
        fields.fields("chat_template_kwargs").ifPresent(given -> {
            for (Map.Entry<String, JsonValue> option : given.object().entrySet()) {
                if (RESERVED_OPTIONS.contains(option.getKey())) {
                    throw given.invalid(option.getKey(), "cannot be set; it is made from the conversation.");
                }
                options.put(option.getKey(), option.getValue());
            }
        });
        return options;
    }

    /**
     * Templates know three dialects of effort: a switch called {@code enable_thinking}, one called {@code thinking}, and the
     * levels low, medium, high. All are set; a template reads the one it knows.
     */
    private static void addEffort(Fields fields, String effort, Map<String, JsonValue> options) {
        String level = switch (effort) {
            case "none" -> "";
            case "minimal", "low" -> "low";
            case "medium" -> "medium";
            case "high", "xhigh" -> "high";
            default ->
                throw fields.unsupportedValue(
                        "reasoning_effort", "\"" + effort + "\"", "none, minimal, low, medium, high, xhigh");
        };
        JsonValue thinks = level.isEmpty() ? JsonValue.FALSE : JsonValue.TRUE;
        options.put("enable_thinking", thinks);
        options.put("thinking", thinks);
        if (!level.isEmpty()) {
            options.put("reasoning_effort", Json.createValue(level));
        }
    }

    private static void refuseUnsupported(Fields fields) {
        for (JsonValue modality : fields.list("modalities", 8)) {
            if (!(modality instanceof JsonString text && text.getString().equals("text"))) {
                throw fields.unsupportedValue("modalities", modality.toString(), "[\"text\"]");
            }
        }
        for (String outdated : List.of("functions", "function_call")) {
            if (fields.value(outdated).isPresent()) {
                throw fields.unsupported(outdated, "use tools and tool_choice.");
            }
        }
        for (String absent : ABSENT_FEATURES) {
            if (fields.value(absent).isPresent()) {
                throw fields.unsupported(absent, "this server has no such feature.");
            }
        }
        fields.string("verbosity").filter(level -> !level.equals("medium")).ifPresent(level -> {
            throw fields.unsupportedValue("verbosity", "\"" + level + "\"", "medium");
        });
    }
}
