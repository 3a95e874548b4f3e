package io.mlxmanager.api.audit;

import io.mlxmanager.api.security.CallerWatch;
import io.mlxmanager.manage.audit.AuditFilter;
import io.mlxmanager.manage.audit.AuditLog;
import io.mlxmanager.manage.audit.AuditQuery;
import io.mlxmanager.manage.audit.AuditRecorded;
import io.mlxmanager.manage.audit.AuditRow;
import io.mlxmanager.manage.identity.Caller;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Session;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * All open live readers. Passes every recorded row to them, pings the silent ones, and closes those whose caller has lost
 * the right to read.
 */
@ApplicationScoped
public class AuditFeed {

    private static final Logger LOG = Logger.getLogger(AuditFeed.class.getName());
    private static final int REPLAYED_ROWS = 100;

    private final Map<Session, Subscription> subscriptions = new ConcurrentHashMap<>();
    private final AuditLog log;
    private final CallerWatch watch;
    private final Clock clock = Clock.systemUTC();

    @Resource
    private ManagedScheduledExecutorService scheduler;

    private ScheduledFuture<?> ticking;

    private record Subscription(LiveReader reader, CallerWatch.Watch watch) {}

    /** For the container's proxy. */
    protected AuditFeed() {
        this(null, null);
    }

    @Inject
    public AuditFeed(AuditLog log, CallerWatch watch) {
        this.log = log;
        this.watch = watch;
    }

    void start(@Observes Startup start) {
        ticking = scheduler.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    @PreDestroy
    void stop() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        subscriptions.keySet().forEach(session -> close(session, CloseCodes.GOING_AWAY, "The server is stopping"));
    }

    /** Replays the newest rows to the session, then everything that is recorded from now on. */
    public void subscribe(Session session, Caller caller, AuditFilter filter) {
        LiveReader reader = new LiveReader(filter, (frame, done) -> send(session, frame, done), clock);
        // Listening begins before the database is read: a row in between is then seen twice, and kept once.
        subscriptions.put(session, new Subscription(reader, watch.watch(caller, () -> revoke(session))));
        reader.replay(log.find(AuditQuery.newest(filter, REPLAYED_ROWS)));
    }

    public void unsubscribe(Session session) {
        Subscription ended = subscriptions.remove(session);
        if (ended != null) {
            ended.watch().close();
        }
    }

    void recorded(@Observes AuditRecorded event) {
        if (subscriptions.isEmpty()) {
            return;
        }
        AuditRow row = event.row();
        Supplier<String> frame = once(() -> Frames.log(row));
        subscriptions.values().forEach(subscription -> subscription.reader().offer(row, frame));
    }

    private void tick() {
        subscriptions.values().forEach(subscription -> subscription.reader().tick());
    }

    private void revoke(Session session) {
        close(session, CloseCodes.VIOLATED_POLICY, "Not authorised any more");
    }

    private void send(Session session, String frame, Runnable done) {
        try {
            session.getAsyncRemote().sendText(frame, result -> {
                if (result.isOK()) {
                    done.run();
                } else {
                    close(session, CloseCodes.GOING_AWAY, "The frame could not be sent");
                }
            });
        } catch (IllegalStateException e) {
            // Closed between the look and the send.
            unsubscribe(session);
        }
    }

    private void close(Session session, CloseReason.CloseCode code, String reason) {
        unsubscribe(session);
        try {
            session.close(new CloseReason(code, reason));
        } catch (IOException | IllegalStateException e) {
            LOG.log(Level.FINE, "A live audit reader was gone before it was closed", e);
        }
    }

    private static Supplier<String> once(Supplier<String> make) {
        return new Supplier<>() {
            private String made;

            @Override
            public synchronized String get() {
                if (made == null) {
                    made = make.get();
                }
                return made;
            }
        };
    }
}
