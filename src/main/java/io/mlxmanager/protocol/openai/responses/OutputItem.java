package io.mlxmanager.protocol.openai.responses;

import io.mlxmanager.chat.TokenLogprob;
import io.mlxmanager.protocol.openai.LogprobsWriter;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;

/** One item of a response while it grows. Confined to one thread. */
abstract sealed class OutputItem permits OutputItem.Message, OutputItem.Thinking, OutputItem.Call {

    private final String id;
    private final int index;
    final StringBuilder text = new StringBuilder();

    OutputItem(String prefix, int index) {
        this.id = prefix + UUID.randomUUID().toString().replace("-", "");
        this.index = index;
    }

    /** The item as it stands, with a status. */
    abstract JsonObjectBuilder toJson(String status);

    /** Tells of the item's beginning. */
    void begin(BiConsumer<String, JsonObjectBuilder> emit) {
        emit.accept("response.output_item.added", item(toJson("in_progress")));
    }

    /** Tells of more of its text. */
    abstract void more(String delta, List<TokenLogprob> tokens, BiConsumer<String, JsonObjectBuilder> emit);

    /** Tells of its end, and gives it out. */
    JsonObject end(String status, BiConsumer<String, JsonObjectBuilder> emit) {
        emit.accept("response.output_item.done", item(toJson(status)));
        return toJson(status).build();
    }

    final JsonObjectBuilder item(JsonObjectBuilder item) {
        return Json.createObjectBuilder().add("output_index", index).add("item", item);
    }

    final JsonObjectBuilder place() {
        return Json.createObjectBuilder().add("item_id", id).add("output_index", index);
    }

    final JsonObjectBuilder partPlace() {
        return place().add("content_index", 0);
    }

    final JsonObjectBuilder start(String type, String status) {
        return Json.createObjectBuilder().add("id", id).add("type", type).add("status", status);
    }

    /** What the model says. */
    static final class Message extends OutputItem {

        private final boolean logprobs;
        private final List<TokenLogprob> tokens = new ArrayList<>();

        Message(int index, boolean logprobs) {
            super("msg_", index);
            this.logprobs = logprobs;
        }

        @Override
        JsonObjectBuilder toJson(String status) {
            JsonArrayBuilder content = Json.createArrayBuilder();
            if (!status.equals("in_progress")) {
                content.add(part());
            }
            return start("message", status).add("role", "assistant").add("content", content);
        }

        private JsonObjectBuilder part() {
            return Json.createObjectBuilder()
                    .add("type", "output_text")
                    .add("text", text.toString())
                    .add("annotations", JsonValue.EMPTY_JSON_ARRAY)
                    .add("logprobs", likelihoods(tokens));
        }

        private JsonArray likelihoods(List<TokenLogprob> of) {
            return logprobs ? LogprobsWriter.entries(of).build() : JsonValue.EMPTY_JSON_ARRAY;
        }

        @Override
        void begin(BiConsumer<String, JsonObjectBuilder> emit) {
            super.begin(emit);
            emit.accept("response.content_part.added", partPlace().add("part", part()));
        }

        @Override
        void more(String delta, List<TokenLogprob> more, BiConsumer<String, JsonObjectBuilder> emit) {
            text.append(delta);
            tokens.addAll(more);
            emit.accept(
                    "response.output_text.delta",
                    partPlace().add("delta", delta).add("logprobs", likelihoods(more)));
        }

        @Override
        JsonObject end(String status, BiConsumer<String, JsonObjectBuilder> emit) {
            emit.accept(
                    "response.output_text.done",
                    partPlace().add("text", text.toString()).add("logprobs", likelihoods(tokens)));
            emit.accept("response.content_part.done", partPlace().add("part", part()));
            return super.end(status, emit);
        }
    }

    /** What it thinks before. */
    static final class Thinking extends OutputItem {

        Thinking(int index) {
            super("rs_", index);
        }

        @Override
        JsonObjectBuilder toJson(String status) {
            JsonArrayBuilder content = Json.createArrayBuilder();
            if (!status.equals("in_progress")) {
                content.add(part());
            }
            return start("reasoning", status)
                    .add("summary", JsonValue.EMPTY_JSON_ARRAY)
                    .add("content", content);
        }

        private JsonObjectBuilder part() {
            return Json.createObjectBuilder().add("type", "reasoning_text").add("text", text.toString());
        }

        @Override
        void begin(BiConsumer<String, JsonObjectBuilder> emit) {
            super.begin(emit);
            emit.accept("response.content_part.added", partPlace().add("part", part()));
        }

        @Override
        void more(String delta, List<TokenLogprob> tokens, BiConsumer<String, JsonObjectBuilder> emit) {
            text.append(delta);
            emit.accept("response.reasoning_text.delta", partPlace().add("delta", delta));
        }

        @Override
        JsonObject end(String status, BiConsumer<String, JsonObjectBuilder> emit) {
            emit.accept("response.reasoning_text.done", partPlace().add("text", text.toString()));
            emit.accept("response.content_part.done", partPlace().add("part", part()));
            return super.end(status, emit);
        }
    }

    /** A function that it calls. */
    static final class Call extends OutputItem {

        private final String callId;
        private final String name;

        Call(int index, String callId, String name) {
            super("fc_", index);
            this.callId = callId;
            this.name = name;
        }

        @Override
        JsonObjectBuilder toJson(String status) {
            return start("function_call", status)
                    .add("call_id", callId)
                    .add("name", name)
                    .add("arguments", text.toString());
        }

        @Override
        void more(String delta, List<TokenLogprob> tokens, BiConsumer<String, JsonObjectBuilder> emit) {
            text.append(delta);
            emit.accept("response.function_call_arguments.delta", place().add("delta", delta));
        }

        @Override
        JsonObject end(String status, BiConsumer<String, JsonObjectBuilder> emit) {
            emit.accept(
                    "response.function_call_arguments.done",
                    place().add("name", name).add("arguments", text.toString()));
            return super.end(status, emit);
        }
    }
}
