package io.mlxmanager.api.security;

import io.mlxmanager.base.config.HttpConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Logger;

/**
 * Inference without a credential for programs on this machine, where the operator has opened it. A request from this
 * machine may still be somebody else's: one that a proxy passes on, or one that a foreign page has a browser send. Those
 * are not let in.
 */
@ApplicationScoped
public class OpenDoor {

    private static final Logger LOG = Logger.getLogger(OpenDoor.class.getName());
    private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    private final HttpConfig config;

    /** For the container's proxy. */
    protected OpenDoor() {
        this(null);
    }

    @Inject
    public OpenDoor(HttpConfig config) {
        this.config = config;
    }

    void warn(@Observes Startup start) {
        if (config.openInference()) {
            LOG.warning("mlx-manager.security.open-inference is on: every program on this machine may use /v1 without"
                    + " a key");
        }
    }

    boolean admits(HttpServletRequest request, String path) {
        return config.openInference()
                && path.startsWith("/v1/")
                && loopback(request.getRemoteAddr())
                && LOCAL_NAMES.contains(request.getServerName().toLowerCase(Locale.ROOT))
                && request.getHeader("Forwarded") == null
                && request.getHeader("X-Forwarded-For") == null
                && Origins.allow(request.getHeader("Origin"), request.getHeader("Host"), config.allowedOrigins());
    }

    private static boolean loopback(String address) {
        try {
            // An address, never a name: nothing is looked up.
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
