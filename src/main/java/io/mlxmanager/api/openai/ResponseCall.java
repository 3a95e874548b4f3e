package io.mlxmanager.api.openai;

import io.mlxmanager.api.inference.ChatCall;
import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.chat.AnswerRequest;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.protocol.openai.responses.ResponseObject;
import io.mlxmanager.protocol.openai.responses.ResponseStream;
import io.mlxmanager.protocol.openai.responses.ResponsesRequest;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;

/** A request of the responses protocol. A response is stored before its last word is said. Confined to the request. */
final class ResponseCall implements ChatCall {

    private final ResponsesRequest request;
    private final ResponseObject object;
    private final BiConsumer<JsonObject, JsonArray> store;

    /** @param store keeps a finished response and the input that led to it */
    ResponseCall(ResponsesRequest request, Instant created, BiConsumer<JsonObject, JsonArray> store) {
        this.request = request;
        this.object = new ResponseObject("resp_" + UUID.randomUUID().toString().replace("-", ""), created, request);
        this.store = store;
    }

    @Override
    public AnswerRequest request() {
        return request.chat();
    }

    @Override
    public String id() {
        return object.id();
    }

    @Override
    public boolean streams() {
        return request.stream();
    }

    @Override
    public List<String> ignored() {
        return request.ignored();
    }

    private void finish(JsonObject finished) {
        if (request.store()) {
            store.accept(finished, request.input());
        }
    }

    @Override
    public Whole whole(int answers) {
        ResponseStream response = new ResponseStream(object);
        return new Whole() {
            @Override
            public void event(int choice, StreamEvent event) {
                response.accept(event);
            }

            @Override
            public String body(Usage usage) {
                JsonObject finished = response.finished(usage);
                finish(finished);
                return finished.toString();
            }
        };
    }

    @Override
    public Stream stream() {
        return new Events(new ResponseStream(object));
    }

    private final class Events implements Stream {

        private final ResponseStream response;

        Events(ResponseStream response) {
            this.response = response;
        }

        @Override
        public void open(int answers, EventStream events) {
            write(response.open(), events);
        }

        @Override
        public void event(int choice, StreamEvent event, EventStream events) {
            write(response.accept(event), events);
        }

        @Override
        public void end(Usage usage, EventStream events) {
            finish(response.finished(usage));
            write(response.end(usage), events);
        }

        @Override
        public void error(String body, EventStream events) {
            try (JsonReader reader = Json.createReader(new StringReader(body))) {
                JsonObject error = reader.readObject().getJsonObject("error");
                write(response.failed(error.getString("code"), error.getString("message")), events);
            }
        }

        private void write(List<ResponseStream.Event> said, EventStream events) {
            said.forEach(event -> events.event(event.name(), event.data().toString()));
        }
    }
}
