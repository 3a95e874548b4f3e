package io.mlxmanager.api.inference;

import io.mlxmanager.api.problem.ErrorFormat;
import io.mlxmanager.api.problem.Problems;
import io.mlxmanager.api.security.CallerWatch;
import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.base.config.ApiConfig;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.manage.audit.AuditLog;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.protocol.ProtocolException;
import io.mlxmanager.serve.generate.AnswerSink;
import io.mlxmanager.serve.generate.ChatRun;
import io.mlxmanager.serve.generate.ChatService;
import io.mlxmanager.serve.generate.ClientGoneException;
import io.mlxmanager.serve.generate.RunningRequests;
import io.mlxmanager.serve.route.ModelRouter;
import io.mlxmanager.serve.threads.ServerThreads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Serves requests of any chat protocol: who may use the model, whole answers, streams, and what ends them. Any thread. */
@ApplicationScoped
public class ChatDoor {

    /** So long a stream waits for its model before it opens, so that a refusal can still be a status. */
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private ChatService chat;
    private ModelRouter router;
    private ServerThreads threads;
    private AuditLog audit;
    private CallerWatch watch;
    private RunningRequests running;
    private ApiConfig config;

    /** For the container's proxy. */
    protected ChatDoor() {}

    @Inject
    public ChatDoor(
            ChatService chat,
            ModelRouter router,
            ServerThreads threads,
            AuditLog audit,
            CallerWatch watch,
            RunningRequests running,
            ApiConfig config) {
        this.chat = chat;
        this.router = router;
        this.threads = threads;
        this.audit = audit;
        this.watch = watch;
        this.running = running;
        this.config = config;
    }

    /**
     * Answers a request, at once or later; one audit row, whatever comes of it.
     *
     * @param reader reads the body; throws {@link ProtocolException} for what it refuses
     */
    public void serve(
            InputStream body,
            Function<String, ChatCall> reader,
            HttpServletRequest http,
            SecurityContext security,
            AsyncResponse response) {
        Exchange exchange = Exchange.of(http, security, response, audit);
        Optional<Duration> patience = Preferences.wait(http.getHeaders("Prefer"));
        exchange.begin(threads, () -> {
            ChatCall call = read(body, reader);
            checkIgnored(call.ignored());
            router.requireUse(exchange.caller(), call.request().model());
            return () -> answer(call, patience, exchange);
        });
    }

    /**
     * Reads a body.
     *
     * @throws InvalidParameter for what the reader refuses
     */
    public static <T> T read(InputStream body, Function<String, T> reader) {
        try {
            return reader.apply(new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (ProtocolException e) {
            throw new InvalidParameter(e);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    /**
     * Refuses fields that nobody knows, where the server is strict.
     *
     * @throws InvalidParameter naming the first
     */
    public void checkIgnored(List<String> ignored) {
        if (config.strict() && !ignored.isEmpty()) {
            String field = ignored.get(0);
            throw new InvalidParameter(new ProtocolException(
                    ProtocolException.Code.UNKNOWN_PARAMETER, field, field + " is not known here."));
        }
    }

    private void answer(ChatCall call, Optional<Duration> patience, Exchange exchange) {
        Caller caller = exchange.caller();
        try (ChatRun run = chat.open(call.request(), caller.tenant(), caller.shareKey(), exchange.note());
                CallerWatch.Watch watched = watch.watch(caller, run::revoke);
                RunningRequests.Entry entry =
                        running.enter(caller.tenant(), Set.of(exchange.requestId(), call.id()), run)) {
            patience.ifPresent(longest -> chat.awaitModel(run, call.request().model(), longest));
            if (call.streams()) {
                run.awaitModel(PATIENCE);
                StreamingOutput body = out -> stream(run, call.stream(), new EventStream(out), exchange);
                exchange.response().resume(response(call, body, MediaType.SERVER_SENT_EVENTS));
            } else {
                ChatCall.Whole whole = call.whole(run.answers());
                run.answer(new Collected(whole));
                String body = whole.body(run.usage());
                exchange.response().resume(response(call, body, MediaType.APPLICATION_JSON));
            }
        }
    }

    private static Response response(ChatCall call, Object body, String type) {
        return Exchange.answer(body, type, call.ignored())
                .header("X-Accel-Buffering", "no")
                .build();
    }

    /** After the first byte nothing can be refused any more: a failure becomes an error event and an orderly end. */
    private static void stream(ChatRun run, ChatCall.Stream stream, EventStream events, Exchange exchange) {
        try {
            stream.open(run.answers(), events);
            run.answer(new AnswerSink() {
                @Override
                public void started(Usage usage) {
                    stream.started(usage, events);
                }

                @Override
                public void event(int choice, StreamEvent event) {
                    stream.event(choice, event, events);
                }

                @Override
                public void idle() {
                    stream.idle(events);
                }

                @Override
                public void queued(int place) {
                    stream.queued(place, events);
                }
            });
            stream.end(run.usage(), events);
        } catch (ClientGoneException e) {
            exchange.note().cancelled();
        } catch (RuntimeException e) {
            Problem problem = Problems.of(e);
            Problems.log(problem, exchange.requestId(), "POST", exchange.path());
            exchange.note().failed(problem);
            String body = ErrorFormat.ofPath(exchange.path())
                    .body(problem, exchange.requestId(), exchange.path())
                    .toString();
            endWithError(stream, events, body);
        }
    }

    private static void endWithError(ChatCall.Stream stream, EventStream events, String error) {
        try {
            stream.error(error, events);
        } catch (ClientGoneException e) {
            // The error was recorded; there is nobody left to tell.
            return;
        }
    }

    /** A whole answer sends nothing before it is complete: there is nobody to keep awake. */
    private record Collected(ChatCall.Whole whole) implements AnswerSink {

        @Override
        public void event(int choice, StreamEvent event) {
            whole.event(choice, event);
        }

        @Override
        public void idle() {
            // Nobody listens yet.
        }
    }
}
