package io.mlxmanager.api.openai;

import io.mlxmanager.api.inference.ChatCall;
import io.mlxmanager.api.inference.ChatDoor;
import io.mlxmanager.api.inference.Results;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.chat.AnswerRequest;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.protocol.openai.ChatCompletionReader;
import io.mlxmanager.protocol.openai.ChatCompletionRequest;
import io.mlxmanager.protocol.openai.ChatCompletionStream;
import io.mlxmanager.protocol.openai.ChatCompletionWriter;
import io.mlxmanager.protocol.openai.CompletionHeader;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;

/** {@code POST /v1/chat/completions}, as a whole answer or as a stream. */
@Path("/chat/completions")
@Dependent
@Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
public final class ChatCompletionsResource {

    private final ChatDoor door;
    private final ChatCompletionReader reader = new ChatCompletionReader();
    private final ChatCompletionWriter writer = new ChatCompletionWriter();
    private final Clock clock = Clock.systemUTC();

    @Inject
    public ChatCompletionsResource(ChatDoor door) {
        this.door = door;
    }

    @POST
    @Authenticated
    @Consumes(MediaType.APPLICATION_JSON)
    public void complete(
            InputStream body,
            @Context HttpServletRequest http,
            @Context SecurityContext security,
            @Suspended AsyncResponse response) {
        door.serve(body, text -> new Call(reader.read(text)), http, security, response);
    }

    private final class Call implements ChatCall {

        private final ChatCompletionRequest request;
        private final CompletionHeader header;

        Call(ChatCompletionRequest request) {
            this.request = request;
            this.header = CompletionHeader.fresh("chatcmpl-", request.chat().model(), clock);
        }

        @Override
        public AnswerRequest request() {
            return request.chat();
        }

        @Override
        public String id() {
            return header.id();
        }

        @Override
        public boolean streams() {
            return request.stream();
        }

        @Override
        public List<String> ignored() {
            return request.ignored();
        }

        @Override
        public Whole whole(int answers) {
            return new Results(answers, (results, usage) -> writer.write(header, results, usage, request.logprobs())
                    .toString());
        }

        @Override
        public Stream stream() {
            return new Chunks(new ChatCompletionStream(header, request.includeUsage(), request.logprobs()));
        }
    }

    private record Chunks(ChatCompletionStream chunks) implements ChatCall.Stream {

        @Override
        public void open(int answers, EventStream events) {
            for (int i = 0; i < answers; i++) {
                events.data(chunks.opening(i).toString());
            }
        }

        @Override
        public void event(int choice, StreamEvent event, EventStream events) {
            events.data(chunks.chunk(choice, event).toString());
        }

        @Override
        public void end(Usage usage, EventStream events) {
            chunks.usage(usage).ifPresent(chunk -> events.data(chunk.toString()));
            events.data(ChatCompletionStream.DONE);
        }

        @Override
        public void error(String body, EventStream events) {
            events.data(body);
            events.data(ChatCompletionStream.DONE);
        }
    }
}
