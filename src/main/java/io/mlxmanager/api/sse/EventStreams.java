package io.mlxmanager.api.sse;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.serve.threads.ServerThreads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Opens streams of events, each on a request thread of its own. Any thread. */
@ApplicationScoped
public class EventStreams {

    private ServerThreads threads;

    /** For the container's proxy. */
    protected EventStreams() {}

    @Inject
    public EventStreams(ServerThreads threads) {
        this.threads = threads;
    }

    /**
     * Answers with a stream; returns at once.
     *
     * @param writer writes all of it, on its own thread
     * @throws Problem 503 when too many requests are running
     */
    public void open(AsyncResponse response, Consumer<EventStream> writer) {
        StreamingOutput body = out -> writer.accept(new EventStream(out));
        try {
            threads.run(() -> response.resume(Response.ok(body, MediaType.SERVER_SENT_EVENTS)
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .header("X-Accel-Buffering", "no")
                    .build()));
        } catch (RejectedExecutionException e) {
            throw Problem.unavailable("Too many requests are running", e);
        }
    }
}
