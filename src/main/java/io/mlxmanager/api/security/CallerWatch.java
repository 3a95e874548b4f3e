package io.mlxmanager.api.security;

import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.identity.TokenRefused;
import io.mlxmanager.manage.identity.TokenVerifier;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Watches over channels that stay open: sockets and streams. Every second the caller of each is put before the verifier
 * again, once for all channels of one login; whoever has lost the right is told, once, on the watch's thread.
 */
@ApplicationScoped
public class CallerWatch {

    private static final Logger LOG = Logger.getLogger(CallerWatch.class.getName());

    private final Set<Watched> channels = ConcurrentHashMap.newKeySet();
    private final TokenVerifier verifier;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    private ScheduledFuture<?> ticking;

    /** A channel under watch; to be closed when the channel ends by itself. */
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    private final class Watched implements Watch {
        private final Caller caller;
        private final Runnable lost;

        Watched(Caller caller, Runnable lost) {
            this.caller = caller;
            this.lost = lost;
        }

        @Override
        public void close() {
            channels.remove(this);
        }
    }

    /** For the container's proxy. */
    protected CallerWatch() {
        this(null);
    }

    @Inject
    public CallerWatch(TokenVerifier verifier) {
        this.verifier = verifier;
    }

    void start(@Observes Startup start) {
        ticking = scheduler.scheduleAtFixedRate(this::check, 1, 1, TimeUnit.SECONDS);
    }

    @PreDestroy
    void stop() {
        if (ticking != null) {
            ticking.cancel(false);
        }
    }

    /** @param lost must not block; not called any more once the watch is closed, except by a check under way */
    public Watch watch(Caller caller, Runnable lost) {
        Watched channel = new Watched(caller, lost);
        channels.add(channel);
        return channel;
    }

    void check() {
        Map<Caller, Boolean> verdicts = new HashMap<>();
        for (Watched channel : List.copyOf(channels)) {
            if (!verdicts.computeIfAbsent(channel.caller, this::mayGoOn) && channels.remove(channel)) {
                tell(channel);
            }
        }
    }

    private boolean mayGoOn(Caller caller) {
        try {
            verifier.recheck(caller);
            return true;
        } catch (TokenRefused e) {
            return false;
        } catch (RuntimeException e) {
            // A database that is away for a moment takes no right away, and must not end the ticking.
            LOG.log(Level.WARNING, "The callers of open channels could not be checked", e);
            return true;
        }
    }

    private static void tell(Watched channel) {
        try {
            channel.lost.run();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "An open channel could not be ended", e);
        }
    }
}
