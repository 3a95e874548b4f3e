package io.mlxmanager.serve.start;

import io.mlxmanager.base.config.ServerConfig;
import io.mlxmanager.base.persist.DatabaseStart;
import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.manage.catalog.StarterModel;
import io.mlxmanager.manage.identity.Registration;
import io.mlxmanager.manage.settings.ServerSettings;
import io.mlxmanager.serve.pool.EngineHost;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.server.ProfileServers;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What happens at a start once the database is ready: the starter model, the engine, the classes that are not needed before
 * the end, the line that says what to do.
 */
@ApplicationScoped
public class StartSequence {

    private static final Logger LOG = Logger.getLogger(StartSequence.class.getName());

    private StarterModel starter;
    private EngineHost engine;
    private ModelPool pool;
    private ProfileServers servers;
    private ServerSettings settings;
    private Registration registration;
    private ServerConfig server;
    private final CompletableFuture<Integer> classes = new CompletableFuture<>();
    private Thread announcer;
    private volatile boolean stopping;

    /** For the container's proxy. */
    protected StartSequence() {}

    @Inject
    public StartSequence(
            StarterModel starter,
            EngineHost engine,
            ModelPool pool,
            ProfileServers servers,
            ServerSettings settings,
            Registration registration,
            ServerConfig server) {
        this.starter = starter;
        this.engine = engine;
        this.pool = pool;
        this.servers = servers;
        this.settings = settings;
        this.registration = registration;
        this.server = server;
    }

    void start(@Observes @Priority(DatabaseStart.PRIORITY + 50) Startup event) {
        starter.install();
        engine.prepare();
        pool.configure(settings.poolBytes(), settings.pool());
        servers.startAll();
        announcer = new LastingThreads("announcer").newThread(this::announce);
        announcer.start();
    }

    /** Beside the start, which needs many of them itself. */
    void enter(@Observes @Initialized(ApplicationScoped.class) ServletContext application) {
        LastingThreads threads = new LastingThreads("classes");
        var unused = classes.completeAsync(
                () -> ApplicationClasses.read(application),
                task -> threads.newThread(task).start());
    }

    /** The last line of a start: after the engine is settled and the server has said that it is up. */
    private void announce() {
        try {
            engine.settled().join();
            ServerReady.await(server);
            LOG.log(
                    Level.FINE,
                    "{0} classes were read",
                    classes.exceptionally(failure -> 0).join());
            LOG.log(ConsoleLevel.NOTICE, "MLX Manager is ready at {0} - {1}", new Object[] {server.address(), advice()
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // An application that stops before it was ready has closed its database.
            if (!stopping) {
                throw e;
            }
        }
    }

    private String advice() {
        return registration.awaitsFirstUser()
                ? "open it in a browser and sign up: the first user becomes the administrator"
                : "open it in a browser and sign in";
    }

    void stop(@Observes Shutdown event) {
        stopping = true;
        if (announcer != null) {
            announcer.interrupt();
        }
    }
}
