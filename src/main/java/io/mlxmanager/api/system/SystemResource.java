package io.mlxmanager.api.system;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.serve.health.MachineMemory;
import io.mlxmanager.serve.pool.EngineHost;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What this server is and runs on. */
@Path("/system")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class SystemResource {

    private static final double GIGABYTE = 1e9;

    private final EngineHost engine;

    @Inject
    public SystemResource(EngineHost engine) {
        this.engine = engine;
    }

    @GET
    @Path("info")
    @Authenticated
    public JsonObject info() {
        return SystemView.info(engine.status());
    }

    @GET
    @Path("memory")
    @Authenticated
    public JsonObject memory() {
        MachineMemory memory = MachineMemory.now();
        return Json.createObjectBuilder()
                .add("total_gb", memory.total() / GIGABYTE)
                .add("available_gb", memory.free() / GIGABYTE)
                .add("used_gb", memory.used() / GIGABYTE)
                .add("percent_used", 100.0 * memory.used() / memory.total())
                .add("mlx_recommended_gb", 0.8 * memory.total() / GIGABYTE)
                .build();
    }
}
