package io.mlxmanager.api.openai;

import io.mlxmanager.api.inference.ChatCall;
import io.mlxmanager.api.inference.ChatDoor;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.StreamEvent;
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
            this.header = CompletionHeader.fresh(request.chat().model(), clock);
        }

        @Override
        public ChatRequest chat() {
            return request.chat();
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
        public String whole(ChatResult result) {
            return writer.write(header, result).toString();
        }

        @Override
        public Stream stream() {
            return new Chunks(new ChatCompletionStream(header, request.includeUsage()));
        }
    }

    private record Chunks(ChatCompletionStream chunks) implements ChatCall.Stream {

        @Override
        public void open(EventStream events) {
            events.data(chunks.opening().toString());
        }

        @Override
        public void event(StreamEvent event, EventStream events) {
            chunks.chunks(event).forEach(chunk -> events.data(chunk.toString()));
        }

        @Override
        public void end(EventStream events) {
            events.data(ChatCompletionStream.DONE);
        }

        @Override
        public void error(String body, EventStream events) {
            events.data(body);
            events.data(ChatCompletionStream.DONE);
        }
    }
}
