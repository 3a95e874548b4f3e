package io.mlxmanager.api.openai;

import io.mlxmanager.api.problem.ErrorFormat;
import io.mlxmanager.api.problem.ProblemMapper;
import io.mlxmanager.api.problem.Problems;
import io.mlxmanager.api.problem.RequestId;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.api.security.CallerWatch;
import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditLog;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.protocol.ProtocolException;
import io.mlxmanager.protocol.openai.ChatCompletionReader;
import io.mlxmanager.protocol.openai.ChatCompletionRequest;
import io.mlxmanager.protocol.openai.ChatCompletionStream;
import io.mlxmanager.protocol.openai.ChatCompletionWriter;
import io.mlxmanager.protocol.openai.CompletionHeader;
import io.mlxmanager.serve.generate.AnswerSink;
import io.mlxmanager.serve.generate.ChatRun;
import io.mlxmanager.serve.generate.ChatService;
import io.mlxmanager.serve.generate.ClientGoneException;
import io.mlxmanager.serve.generate.RequestRecord;
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
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/** {@code POST /v1/chat/completions}, as a whole answer or as a stream. */
@Path("/chat/completions")
@Dependent
@Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
public final class ChatCompletionsResource {

    /** So long a stream waits for its model before it opens, so that a refusal can still be a status. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final ChatService chat;
    private final ModelRouter router;
    private final ServerThreads threads;
    private final AuditLog audit;
    private final CallerWatch watch;
    private final ChatCompletionReader reader = new ChatCompletionReader();
    private final ChatCompletionWriter writer = new ChatCompletionWriter();
    private final Clock clock = Clock.systemUTC();

    @Inject
    public ChatCompletionsResource(
            ChatService chat, ModelRouter router, ServerThreads threads, AuditLog audit, CallerWatch watch) {
        this.chat = chat;
        this.router = router;
        this.threads = threads;
        this.audit = audit;
        this.watch = watch;
    }

    @POST
    @Authenticated
    @Consumes(MediaType.APPLICATION_JSON)
    public void complete(
            InputStream body,
            @Context HttpServletRequest http,
            @Context SecurityContext security,
            @Suspended AsyncResponse response) {
        String requestId = RequestId.of(http);
        String path = ProblemMapper.path(http);
        Caller caller = CallerSecurityContext.caller(security);
        RequestRecord note = new RequestRecord(
                audit,
                AuditEntry.inference(requestId, path)
                        .caller(caller.userIdOrNull(), caller.keyId(), http.getRemoteAddr()));
        Exchange exchange = new Exchange(requestId, path, caller, response, note);
        try {
            ChatCompletionRequest request = read(body);
            router.requireUse(caller, request.chat().model());
            threads.run(() -> exchange.refusable(() -> serve(request, exchange)));
        } catch (RejectedExecutionException e) {
            exchange.refuse(Problem.unavailable("Too many requests are running", e));
        } catch (RuntimeException e) {
            exchange.refuse(Problems.of(e));
        }
    }

    private ChatCompletionRequest read(InputStream body) {
        try {
            return reader.read(new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (ProtocolException e) {
            throw new InvalidParameter(e);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    private void serve(ChatCompletionRequest request, Exchange exchange) {
        CompletionHeader header = CompletionHeader.fresh(request.chat().model(), clock);
        try (ChatRun run = chat.open(request.chat(), exchange.caller().tenant(), exchange.note());
                CallerWatch.Watch watched = watch.watch(exchange.caller(), run::revoke)) {
            if (request.stream()) {
                run.awaitModel(PATIENCE);
                ChatCompletionStream chunks = new ChatCompletionStream(header, request.includeUsage());
                StreamingOutput body = out -> stream(run, chunks, new EventStream(out), exchange);
                exchange.response().resume(answer(request, body, MediaType.SERVER_SENT_EVENTS));
            } else {
                Collected collected = new Collected();
                run.answer(collected);
                String body = writer.write(header, collected.collector.result()).toString();
                exchange.response().resume(answer(request, body, MediaType.APPLICATION_JSON));
            }
        }
    }

    private static Response answer(ChatCompletionRequest request, Object body, String type) {
        Response.ResponseBuilder answer = Response.ok(body, type)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no");
        if (!request.ignored().isEmpty()) {
            answer.header("Warning", "299 - \"ignored: " + String.join(", ", request.ignored()) + "\"");
        }
        return answer.build();
    }

    /** After the first byte nothing can be refused any more: a failure becomes an error event and an orderly end. */
    private static void stream(ChatRun run, ChatCompletionStream chunks, EventStream events, Exchange exchange) {
        try {
            events.data(chunks.opening().toString());
            run.answer(new AnswerSink() {
                @Override
                public void event(StreamEvent event) {
                    chunks.chunks(event).forEach(chunk -> events.data(chunk.toString()));
                }

                @Override
                public void idle() {
                    events.comment("keep-alive");
                }
            });
            events.data(ChatCompletionStream.DONE);
        } catch (ClientGoneException e) {
            exchange.note().cancelled();
        } catch (RuntimeException e) {
            Problem problem = Problems.of(e);
            Problems.log(problem, exchange.requestId(), "POST", exchange.path());
            exchange.note().failed(problem);
            endWithError(
                    events,
                    ErrorFormat.OPENAI
                            .body(problem, exchange.requestId(), exchange.path())
                            .toString());
        }
    }

    private static void endWithError(EventStream events, String error) {
        try {
            events.data(error);
            events.data(ChatCompletionStream.DONE);
        } catch (ClientGoneException e) {
            // The error was recorded; there is nobody left to tell.
            return;
        }
    }

    /** Adds a whole answer up; there is nobody to keep awake. */
    private static final class Collected implements AnswerSink {

        private final ChatResult.Collector collector = new ChatResult.Collector();

        @Override
        public void event(StreamEvent event) {
            collector.accept(event);
        }

        @Override
        public void idle() {
            // A whole answer sends nothing before it is complete.
        }
    }

    /** What belongs to one HTTP exchange. */
    private record Exchange(String requestId, String path, Caller caller, AsyncResponse response, RequestRecord note) {

        void refusable(Runnable work) {
            try {
                work.run();
            } catch (RuntimeException e) {
                refuse(Problems.of(e));
            }
        }

        void refuse(Problem problem) {
            note.failed(problem);
            response.resume(problem);
        }
    }
}
