package io.mlxmanager.base.log;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The level of this product's own loggers, changeable while it runs; until then the container's setting holds, and it
 * does again after the next start. Safe for use by many threads.
 *
 * <p>Containers drop records below INFO unless their own trace is on, so those are handed on as INFO, with their true
 * level in the text.
 */
@ApplicationScoped
public class ServerLog {

    private static final String ROOT = "io.mlxmanager";

    private final Logger root;
    private final Handler details;

    /** For the container. */
    public ServerLog() {
        this(Logger.getLogger(ROOT));
    }

    /** @param root whose level is changed, with all below it */
    ServerLog(Logger root) {
        this.root = root;
        this.details = new Raised(Logger.getLogger(root.getName() + "-details"));
    }

    public LogLevel level() {
        Logger at = root;
        while (at != null && at.getLevel() == null) {
            at = at.getParent();
        }
        return LogLevel.of(at == null ? Level.INFO : at.getLevel());
    }

    /** Counts at once for everything that is logged from now on. */
    public synchronized void level(LogLevel level) {
        Objects.requireNonNull(level, "level");
        root.removeHandler(details);
        root.setLevel(level.level());
        if (level.level().intValue() < Level.INFO.intValue()) {
            root.addHandler(details);
        }
    }

    @PreDestroy
    void stop() {
        root.removeHandler(details);
    }

    /** Passes on what the container would drop. */
    private static final class Raised extends Handler {

        private final Logger out;

        Raised(Logger out) {
            this.out = out;
        }

        @Override
        public void publish(LogRecord told) {
            if (told.getLevel().intValue() >= Level.INFO.intValue()) {
                return;
            }
            LogRecord raised = new LogRecord(Level.INFO, "[" + told.getLevel() + "] " + told.getMessage());
            raised.setLoggerName(told.getLoggerName());
            raised.setParameters(told.getParameters());
            raised.setResourceBundle(told.getResourceBundle());
            raised.setSourceClassName(told.getSourceClassName());
            raised.setSourceMethodName(told.getSourceMethodName());
            raised.setThrown(told.getThrown());
            raised.setInstant(told.getInstant());
            out.log(raised);
        }

        @Override
        public void flush() {
            // Nothing is kept here.
        }

        @Override
        public void close() {
            // Nothing is open here.
        }
    }
}
