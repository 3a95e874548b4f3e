package io.mlxmanager.api.openai;

import io.mlxmanager.api.inference.ChatCall;
import io.mlxmanager.api.inference.ChatDoor;
import io.mlxmanager.api.inference.Results;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.chat.AnswerRequest;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.protocol.openai.ChatCompletionStream;
import io.mlxmanager.protocol.openai.CompletionHeader;
import io.mlxmanager.protocol.openai.CompletionReader;
import io.mlxmanager.protocol.openai.CompletionRequest;
import io.mlxmanager.protocol.openai.CompletionStream;
import io.mlxmanager.protocol.openai.CompletionWriter;
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

/** {@code POST /v1/completions}: texts continued as they stand, as a whole answer or as a stream. */
@Path("/completions")
@Dependent
@Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
public final class CompletionsResource {

    private final ChatDoor door;
    private final CompletionReader reader = new CompletionReader();
    private final CompletionWriter writer = new CompletionWriter();
    private final Clock clock = Clock.systemUTC();

    @Inject
    public CompletionsResource(ChatDoor door) {
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

        private final CompletionRequest request;
        private final CompletionHeader header;

        Call(CompletionRequest request) {
            this.request = request;
            this.header = CompletionHeader.fresh("cmpl-", request.text().model(), clock);
        }

        @Override
        public AnswerRequest request() {
            return request.text();
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
            return new Results(answers, (results, usage) -> writer.write(header, request, results, usage)
                    .toString());
        }

        @Override
        public Stream stream() {
            return new Chunks(new CompletionStream(header, request));
        }
    }

    private record Chunks(CompletionStream chunks) implements ChatCall.Stream {

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
