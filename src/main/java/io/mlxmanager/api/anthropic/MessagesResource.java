package io.mlxmanager.api.anthropic;

import io.mlxmanager.api.inference.ChatCall;
import io.mlxmanager.api.inference.ChatDoor;
import io.mlxmanager.api.inference.ProtocolCall;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.protocol.anthropic.MessagesReader;
import io.mlxmanager.protocol.anthropic.MessagesRequest;
import io.mlxmanager.protocol.anthropic.MessagesStream;
import io.mlxmanager.protocol.anthropic.MessagesWriter;
import io.mlxmanager.serve.generate.TokenService;
import io.mlxmanager.serve.route.ModelRouter;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
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
import java.util.UUID;

/** {@code POST /v1/messages}, as a whole answer or as a stream, and {@code POST /v1/messages/count_tokens}. */
@Path("/messages")
@Dependent
@Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
public final class MessagesResource {

    private final ChatDoor door;
    private final TokenService tokens;
    private final ModelRouter router;
    private final MessagesReader reader = new MessagesReader();
    private final MessagesWriter writer = new MessagesWriter();

    @Inject
    public MessagesResource(ChatDoor door, TokenService tokens, ModelRouter router) {
        this.door = door;
        this.tokens = tokens;
        this.router = router;
    }

    @POST
    @Authenticated
    @Consumes(MediaType.APPLICATION_JSON)
    public void create(
            InputStream body,
            @Context HttpServletRequest http,
            @Context SecurityContext security,
            @Suspended AsyncResponse response) {
        door.serve(body, text -> call(reader.read(text)), http, security, response);
    }

    /** The model's own tokenizer counts; the model itself need not be loaded. */
    @POST
    @Path("/count_tokens")
    @Authenticated
    @Consumes(MediaType.APPLICATION_JSON)
    public JsonObject count(InputStream body, @Context SecurityContext security) {
        MessagesRequest request = ChatDoor.read(body, reader::readForCount);
        router.requireUse(CallerSecurityContext.caller(security), request.chat().model());
        return Json.createObjectBuilder()
                .add("input_tokens", tokens.encode(request.chat()).size())
                .build();
    }

    private ChatCall call(MessagesRequest request) {
        String id = "msg_" + UUID.randomUUID().toString().replace("-", "");
        String model = request.chat().model();
        return new ProtocolCall(
                request.chat(),
                id,
                request.stream(),
                request.ignored(),
                (results, usage) -> writer.write(id, model, results.get(0)).toString(),
                () -> new Events(new MessagesStream(id, model)));
    }

    private static final class Events implements ChatCall.Stream {

        private final MessagesStream messages;
        private boolean started;

        Events(MessagesStream messages) {
            this.messages = messages;
        }

        @Override
        public void started(Usage usage, EventStream events) {
            write(messages.start(usage), events);
            started = true;
        }

        @Override
        public void event(int choice, StreamEvent event, EventStream events) {
            messages.events(event).forEach(each -> write(each, events));
        }

        /** Nothing may come before the message has started, so until then the stream is kept alive by comments. */
        @Override
        public void idle(EventStream events) {
            if (started) {
                write(messages.ping(), events);
            } else {
                events.comment("keep-alive");
            }
        }

        @Override
        public void error(String body, EventStream events) {
            events.event("error", body);
        }

        private static void write(MessagesStream.Event event, EventStream events) {
            events.event(event.name(), event.data().toString());
        }
    }
}
