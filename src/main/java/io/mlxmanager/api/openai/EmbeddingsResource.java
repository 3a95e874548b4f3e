package io.mlxmanager.api.openai;

import io.mlxmanager.api.inference.ChatDoor;
import io.mlxmanager.api.inference.Exchange;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerWatch;
import io.mlxmanager.manage.audit.AuditLog;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.protocol.openai.EmbeddingsReader;
import io.mlxmanager.protocol.openai.EmbeddingsRequest;
import io.mlxmanager.protocol.openai.EmbeddingsWriter;
import io.mlxmanager.serve.embed.EmbeddingCall;
import io.mlxmanager.serve.embed.EmbeddingService;
import io.mlxmanager.serve.embed.Embeddings;
import io.mlxmanager.serve.route.ModelRouter;
import io.mlxmanager.serve.threads.ServerThreads;
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

/** {@code POST /v1/embeddings}. */
@Path("/embeddings")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class EmbeddingsResource {

    private final ChatDoor door;
    private final EmbeddingService embeddings;
    private final ModelRouter router;
    private final ServerThreads threads;
    private final AuditLog audit;
    private final CallerWatch watch;
    private final EmbeddingsReader reader = new EmbeddingsReader();
    private final EmbeddingsWriter writer = new EmbeddingsWriter();

    @Inject
    public EmbeddingsResource(
            ChatDoor door,
            EmbeddingService embeddings,
            ModelRouter router,
            ServerThreads threads,
            AuditLog audit,
            CallerWatch watch) {
        this.door = door;
        this.embeddings = embeddings;
        this.router = router;
        this.threads = threads;
        this.audit = audit;
        this.watch = watch;
    }

    @POST
    @Authenticated
    @Consumes(MediaType.APPLICATION_JSON)
    public void embed(
            InputStream body,
            @Context HttpServletRequest http,
            @Context SecurityContext security,
            @Suspended AsyncResponse response) {
        Exchange exchange = Exchange.of(http, security, response, audit);
        exchange.begin(threads, () -> {
            EmbeddingsRequest request = ChatDoor.read(body, reader::read);
            door.checkIgnored(request.ignored());
            router.requireUse(exchange.caller(), request.model());
            return () -> answer(request, exchange);
        });
    }

    private void answer(EmbeddingsRequest request, Exchange exchange) {
        Caller caller = exchange.caller();
        try (EmbeddingCall call = embeddings.open(request, caller.tenant(), caller.shareKey(), exchange.note());
                CallerWatch.Watch watched = watch.watch(caller, call::revoke)) {
            Embeddings made = call.answer();
            String text = writer.write(request.model(), made.vectors(), made.tokens(), request.base64());
            exchange.response()
                    .resume(Exchange.answer(text, MediaType.APPLICATION_JSON, request.ignored())
                            .build());
        }
    }
}
