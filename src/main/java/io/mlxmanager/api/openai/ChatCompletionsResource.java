package io.mlxmanager.api.openai;

import io.mlxmanager.api.inference.ChatCall;
import io.mlxmanager.api.inference.ChatDoor;
import io.mlxmanager.api.inference.ProtocolCall;
import io.mlxmanager.api.security.Authenticated;
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
        door.serve(body, text -> call(reader.read(text)), http, security, response);
    }

    private ChatCall call(ChatCompletionRequest request) {
        CompletionHeader header =
                CompletionHeader.fresh("chatcmpl-", request.chat().model(), clock);
        return new ProtocolCall(
                request.chat(),
                header.id(),
                request.stream(),
                request.ignored(),
                (results, usage) ->
                        writer.write(header, results, usage, request.logprobs()).toString(),
                () -> new Chunks(new ChatCompletionStream(header, request.includeUsage(), request.logprobs())));
    }
}
