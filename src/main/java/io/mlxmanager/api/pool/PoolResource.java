package io.mlxmanager.api.pool;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.serve.generate.TrafficMeter;
import io.mlxmanager.serve.pool.ModelPool;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What is in memory now. */
@Path("/settings/pool/status")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class PoolResource {

    private final ModelPool pool;
    private final TrafficMeter traffic;

    @Inject
    public PoolResource(ModelPool pool, TrafficMeter traffic) {
        this.pool = pool;
        this.traffic = traffic;
    }

    @GET
    @Authenticated
    public JsonObject status() {
        return PoolView.now(pool, traffic.now());
    }
}
