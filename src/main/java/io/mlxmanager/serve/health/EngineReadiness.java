package io.mlxmanager.serve.health;

import io.mlxmanager.serve.pool.EngineHost;
import io.mlxmanager.serve.pool.EngineStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Tells whether there is a local engine. Up all the same without one: users, keys, the audit log and everything else
 * work, and a load balancer that took the server out for it would take the administrator's console with it.
 */
@Readiness
@ApplicationScoped
public class EngineReadiness implements HealthCheck {

    private EngineHost engine;

    /** For the container's proxy. */
    protected EngineReadiness() {}

    @Inject
    public EngineReadiness(EngineHost engine) {
        this.engine = engine;
    }

    @Override
    public HealthCheckResponse call() {
        EngineStatus status = engine.status();
        String message =
                status.state() == EngineStatus.State.NONE ? "no local engine: " + status.message() : status.message();
        return HealthCheckResponse.named("engine")
                .up()
                .withData("state", status.state().name().toLowerCase(Locale.ROOT))
                .withData("backend", status.backend())
                .withData("message", message)
                .build();
    }
}
