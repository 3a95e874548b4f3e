package io.mlxmanager.api.system;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.api.security.CallerWatch;
import io.mlxmanager.api.security.QueryTokenAllowed;
import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.api.sse.EventStreams;
import io.mlxmanager.manage.audit.AuditFilter;
import io.mlxmanager.manage.audit.AuditKind;
import io.mlxmanager.manage.audit.AuditLog;
import io.mlxmanager.manage.audit.AuditQuery;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.serve.generate.ClientGoneException;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.concurrent.atomic.AtomicBoolean;

/** The one stream by which the console learns of everything that changes. */
@Path("/system/events")
@Dependent
public final class SystemEventsResource {

    private static final int RECENT = 20;

    private final SystemFeed feed;
    private final AuditLog audit;
    private final EventStreams streams;
    private final CallerWatch watch;

    @Inject
    public SystemEventsResource(SystemFeed feed, AuditLog audit, EventStreams streams, CallerWatch watch) {
        this.feed = feed;
        this.audit = audit;
        this.streams = streams;
        this.watch = watch;
    }

    /** The present state, then every change, until the caller goes or loses the right. */
    @GET
    @Authenticated
    @QueryTokenAllowed
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void events(@Context SecurityContext security, @Suspended AsyncResponse response) {
        Caller caller = CallerSecurityContext.caller(security);
        streams.open(response, events -> stream(events, caller));
    }

    private void stream(EventStream events, Caller caller) {
        AtomicBoolean ended = new AtomicBoolean();
        FeedReader reader = feed.join(caller);
        try (CallerWatch.Watch watched = watch.watch(caller, () -> {
            ended.set(true);
            reader.wake();
        })) {
            if (caller.isUser()) {
                reader.offer(recent(caller));
            }
            reader.run(events, ended::get);
        } catch (ClientGoneException e) {
            // The reader left; what it was told about goes on.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            feed.leave(reader);
        }
    }

    private Frame recent(Caller caller) {
        JsonArrayBuilder rows = Json.createArrayBuilder();
        AuditFilter mine = AuditFilter.of(caller.userId()).only(AuditKind.INFERENCE);
        audit.find(AuditQuery.newest(mine, RECENT)).forEach(row -> rows.add(SystemView.request(row)));
        return Frame.of("requests", rows.build());
    }
}
