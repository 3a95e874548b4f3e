package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Sampling;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.protocol.Fields;
import io.mlxmanager.protocol.KeepAlive;
import io.mlxmanager.protocol.ProtocolException;
import io.mlxmanager.protocol.ProtocolException.Code;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the body of {@code POST /v1/chat/completions}. Whatever would change the answer is either carried into the
 * {@link ChatRequest} or refused by name; whatever would not is accepted, and listed as ignored when nobody knows it.
 * Stateless and thread-safe.
 */
public final class ChatCompletionReader {

    static final int MOST_MESSAGES = 1024;
    static final int MOST_STOPS = 16;
    private static final int LONGEST_MODEL_NAME = 512;

    /** Variables of the prompt that the conversation itself provides. */
    private static final Set<String> RESERVED_OPTIONS =
            Set.of("messages", "tools", "add_generation_prompt", "bos_token", "eos_token");

    /** Features of this or similar servers that would change the answer. */
    private static final List<String> ABSENT_FEATURES =
            List.of("audio", "web_search_options", "guided_json", "guided_regex", "guided_choice", "guided_grammar");

    private final MessageReader messages = new MessageReader();
    private final ToolReader tools = new ToolReader();

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
        String model = fields.requiredString("model");
        if (model.length() > LONGEST_MODEL_NAME) {
            throw fields.invalid("model", "is longer than " + LONGEST_MODEL_NAME + " characters.");
        }
        List<Message> conversation = messages(fields, ignored);
        List<Tool> offered = tools.readAll(fields, ignored);
        ToolChoice choice = tools.readChoice(fields);
        refuseUnsupported(fields);
        boolean stream = fields.bool("stream", false);
        boolean includeUsage = includeUsage(fields, stream, ignored);
        ChatRequest chat = new ChatRequest(
                model,
                conversation,
                offered,
                choice,
                sampling(fields),
                maxTokens(fields),
                stop(fields),
                KeepAlive.read(fields),
                templateOptions(fields));
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

    private static Sampling sampling(Fields fields) {
        return new Sampling(
                fields.number("temperature", 0, 2),
                fields.number("top_p", 0, 1),
                topK(fields),
                fields.number("min_p", 0, 1),
                fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                repetitionPenalty(fields),
                fields.number("presence_penalty", -2, 2),
                fields.number("frequency_penalty", -2, 2));
    }

    private static OptionalInt topK(Fields fields) {
        OptionalInt topK = fields.smallInteger("top_k", -1);
        return topK.isPresent() && topK.getAsInt() == -1 ? OptionalInt.of(0) : topK;
    }

    private static OptionalDouble repetitionPenalty(Fields fields) {
        OptionalDouble penalty = fields.number("repetition_penalty", 0, 2);
        if (penalty.isPresent() && penalty.getAsDouble() == 0) {
            throw fields.invalid("repetition_penalty", "must be greater than 0; 1 changes nothing.");
        }
        return penalty;
    }

    private static OptionalInt maxTokens(Fields fields) {
        OptionalInt old = fields.smallInteger("max_tokens", 1);
        OptionalInt current = fields.smallInteger("max_completion_tokens", 1);
        return current.isPresent() ? current : old;
    }

    private static List<String> stop(Fields fields) {
        Optional<JsonValue> value = fields.value("stop");
        if (value.isEmpty()) {
            return List.of();
        }
        if (value.get() instanceof JsonString) {
            return List.of(fields.requiredString("stop"));
        }
        if (!(value.get() instanceof JsonArray)) {
            throw Fields.wrongType("stop", "a string or an array of strings", value.get());
        }
        List<String> stops = new ArrayList<>();
        for (JsonValue entry : fields.list("stop", MOST_STOPS)) {
            String path = "stop[" + stops.size() + "]";
            if (!(entry instanceof JsonString text)) {
                throw Fields.wrongType(path, "a string", entry);
            }
            if (text.getString().isEmpty()) {
                throw new ProtocolException(Code.INVALID_VALUE, path, path + " must not be empty.");
            }
            stops.add(text.getString());
        }
        return stops;
    }

    private static boolean includeUsage(Fields fields, boolean stream, List<String> ignored) {
        Optional<Fields> options = fields.fields("stream_options");
        if (options.isEmpty()) {
            return false;
        }
        if (!stream) {
            throw fields.invalid("stream_options", "is only allowed when stream is true.");
        }
        boolean includeUsage = options.get().bool("include_usage", false);
        options.get().accept("include_obfuscation");
        ignored.addAll(options.get().unknown());
        return includeUsage;
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
        if (fields.integer("n", 1, 128).orElse(1) != 1) {
            throw fields.unsupportedValue("n", "more than one choice", "1");
        }
        if (fields.bool("logprobs", false)) {
            throw fields.unsupported("logprobs", "token probabilities are not returned.");
        }
        if (fields.integer("top_logprobs", 0, 20).orElse(0) != 0) {
            throw fields.unsupported("top_logprobs", "token probabilities are not returned.");
        }
        fields.fields("logit_bias").filter(bias -> !bias.object().isEmpty()).ifPresent(bias -> {
            throw fields.unsupported("logit_bias", "logits are not adjusted.");
        });
        fields.fields("response_format").ifPresent(format -> {
            String type = format.requiredString("type");
            if (!type.equals("text")) {
                throw format.unsupportedValue("type", "\"" + type + "\"", "text");
            }
        });
        if (!fields.bool("parallel_tool_calls", true)) {
            throw fields.unsupportedValue("parallel_tool_calls", "false", "true");
        }
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
