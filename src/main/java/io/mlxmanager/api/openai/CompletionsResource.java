package io.mlxmanager.api.openai;

import io.mlxmanager.api.inference.ChatCall;
import io.mlxmanager.api.inference.ChatDoor;
import io.mlxmanager.api.inference.ProtocolCall;
import io.mlxmanager.api.security.Authenticated;
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
        door.serve(body, text -> call(reader.read(text)), http, security, response);
    }

    private ChatCall call(CompletionRequest request) {
        CompletionHeader header = CompletionHeader.fresh("cmpl-", request.text().model(), clock);
        return new ProtocolCall(
                request.text(),
                header.id(),
                request.stream(),
                request.ignored(),
                (results, usage) ->
                        writer.write(header, request, results, usage).toString(),
                () -> new Chunks(new CompletionStream(header, request)));
    }
}
