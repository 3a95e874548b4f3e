package io.mlxmanager.protocol.openai.responses;

import io.mlxmanager.protocol.Fields;
import io.mlxmanager.protocol.ProtocolException;
import io.mlxmanager.protocol.openai.ChatCompletionReader;
import io.mlxmanager.protocol.openai.ChatCompletionRequest;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the body of {@code POST /v1/responses} by translating it into one of chat completions: whatever that reader honours
 * or refuses is honoured or refused here, under the names of this protocol. Stateless and thread-safe.
 */
public final class ResponsesReader {

    private static final int MOST_ITEMS = 4096;
    private static final int MOST_TOOLS = 256;
    private static final int MOST_INCLUDES = 16;

    /** Fields that mean the same in both protocols; those that only this server knows are taken in both. */
    private static final List<String> SHARED = List.of(
            "model",
            "temperature",
            "top_p",
            "top_k",
            "min_p",
            "seed",
            "stop",
            "presence_penalty",
            "frequency_penalty",
            "repetition_penalty",
            "logit_bias",
            "chat_template_kwargs",
            "guided_choice",
            "guided_grammar",
            "guided_json",
            "guided_regex",
            "keep_alive",
            "ttl",
            "parallel_tool_calls",
            "user",
            "metadata",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention");

    private static final List<String> ECHOED = List.of(
            "instructions",
            "max_output_tokens",
            "metadata",
            "parallel_tool_calls",
            "previous_response_id",
            "reasoning",
            "store",
            "temperature",
            "text",
            "tool_choice",
            "tools",
            "top_logprobs",
            "top_p",
            "user");

    private static final Set<String> INCLUDES = Set.of("message.output_text.logprobs", "reasoning.encrypted_content");

    private final ChatCompletionReader chats = new ChatCompletionReader();

    /**
     * Reads a request body.
     *
     * @param earlier the items that the response with an id ended with; throws what it likes for one that is not there
     * @throws ProtocolException naming the field that is wrong or unsupported
     */
    public ResponsesRequest read(String body, Function<String, JsonArray> earlier) {
        Fields fields = Fields.parse(body);
        refuseUnsupported(fields);
        JsonArray input = InputItems.of(fields, MOST_ITEMS);
        Optional<String> previous = fields.string("previous_response_id");
        JsonArray before = previous.map(earlier).orElse(JsonValue.EMPTY_JSON_ARRAY);
        if (input.isEmpty() && before.isEmpty()) {
            throw fields.missing("input");
        }
        InputItems items = new InputItems();
        fields.string("instructions").ifPresent(items::instructions);
        addAll(before, "previous_response_id", items);
        addAll(input, "input", items);

        ChatNames names = new ChatNames(items::source);
        JsonObject asChat = translate(fields, items.messages());
        boolean stream = fields.bool("stream", false);
        boolean store = fields.bool("store", true);
        fields.accept("service_tier", "max_tool_calls", "truncation", "background", "stream_options");
        try {
            ChatCompletionRequest chat = chats.read(asChat);
            List<String> ignored = new ArrayList<>(names.back(chat.ignored()));
            ignored.addAll(fields.unknown());
            JsonArrayBuilder all = Json.createArrayBuilder(before);
            input.forEach(all::add);
            return new ResponsesRequest(chat.chat(), all.build(), echo(fields), stream, store, ignored);
        } catch (ProtocolException refused) {
            throw names.back(refused);
        }
    }

    private static void addAll(JsonArray values, String path, InputItems items) {
        for (int i = 0; i < values.size(); i++) {
            items.item(Fields.of(values.get(i), path + "[" + i + "]"));
        }
    }

    private static JsonObject translate(Fields fields, JsonArray messages) {
        JsonObjectBuilder chat = Json.createObjectBuilder();
        for (String name : SHARED) {
            fields.value(name).ifPresent(value -> chat.add(name, value));
        }
        chat.add("messages", messages);
        fields.value("max_output_tokens").ifPresent(value -> chat.add("max_completion_tokens", value));
        tools(fields).ifPresent(tools -> chat.add("tools", tools));
        fields.value("tool_choice").ifPresent(choice -> chat.add("tool_choice", choice(choice)));
        fields.fields("reasoning").ifPresent(reasoning -> {
            reasoning.value("effort").ifPresent(effort -> chat.add("reasoning_effort", effort));
            reasoning.accept("summary", "generate_summary");
        });
        fields.fields("text").ifPresent(text -> {
            text.fields("format").ifPresent(format -> chat.add("response_format", format(format)));
            text.value("verbosity").ifPresent(verbosity -> chat.add("verbosity", verbosity));
        });
        logprobs(fields, chat);
        return chat.build();
    }

    private static Optional<JsonArray> tools(Fields fields) {
        if (fields.value("tools").isEmpty()) {
            return Optional.empty();
        }
        JsonArrayBuilder tools = Json.createArrayBuilder();
        int index = 0;
        for (JsonValue value : fields.list("tools", MOST_TOOLS)) {
            Fields tool = Fields.of(value, "tools[" + index++ + "]");
            String type = tool.requiredString("type");
            if (!type.equals("function")) {
                throw tool.unsupportedValue("type", "\"" + type + "\"", "function");
            }
            JsonObjectBuilder function = Json.createObjectBuilder(tool.object()).remove("type");
            tools.add(Json.createObjectBuilder().add("type", "function").add("function", function));
        }
        return Optional.of(tools.build());
    }

    /** A named function stands one level deeper in the other protocol. */
    private static JsonValue choice(JsonValue choice) {
        if (choice instanceof JsonObject named && named.containsKey("name")) {
            return Json.createObjectBuilder()
                    .add("type", named.getOrDefault("type", JsonValue.NULL))
                    .add("function", Json.createObjectBuilder().add("name", named.get("name")))
                    .build();
        }
        return choice;
    }

    private static JsonObject format(Fields format) {
        String type = format.requiredString("type");
        if (!type.equals("json_schema")) {
            return format.object();
        }
        return Json.createObjectBuilder()
                .add("type", type)
                .add("json_schema", Json.createObjectBuilder(format.object()).remove("type"))
                .build();
    }

    private static void logprobs(Fields fields, JsonObjectBuilder chat) {
        boolean included = false;
        for (JsonValue value : fields.list("include", MOST_INCLUDES)) {
            if (!(value instanceof JsonString name) || !INCLUDES.contains(name.getString())) {
                throw fields.unsupportedValue("include", value.toString(), String.join(", ", INCLUDES));
            }
            included |= name.getString().equals("message.output_text.logprobs");
        }
        Optional<JsonValue> top = fields.value("top_logprobs");
        if (included || top.isPresent()) {
            chat.add("logprobs", true);
            top.ifPresent(value -> chat.add("top_logprobs", value));
        }
    }

    private static void refuseUnsupported(Fields fields) {
        if (fields.bool("background", false)) {
            throw fields.unsupportedValue("background", "true", "false");
        }
        fields.string("truncation").filter(how -> !how.equals("disabled")).ifPresent(how -> {
            throw fields.unsupportedValue("truncation", "\"" + how + "\"", "disabled");
        });
        for (String absent : List.of("conversation", "prompt")) {
            if (fields.value(absent).isPresent()) {
                throw fields.unsupported(absent, "this server has no such feature.");
            }
        }
    }

    private static JsonObject echo(Fields fields) {
        JsonObjectBuilder echo = Json.createObjectBuilder();
        for (String name : ECHOED) {
            fields.value(name).ifPresent(value -> echo.add(name, value));
        }
        return echo.build();
    }
}
