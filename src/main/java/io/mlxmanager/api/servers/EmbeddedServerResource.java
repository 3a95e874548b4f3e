package io.mlxmanager.api.servers;

import io.mlxmanager.api.pool.PoolView;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.serve.pool.EngineHost;
import io.mlxmanager.serve.pool.EngineStatus;
import io.mlxmanager.serve.pool.LoadedModel;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.server.ModelUses;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The part of this server that runs models, in the words of programs made for the first MLX Manager. Never blocks. */
@Path("/servers")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class EmbeddedServerResource {

    private static final double GIGABYTE = 1e9;

    private final ModelPool pool;
    private final EngineHost engine;
    private final ModelUses uses;

    @Inject
    public EmbeddedServerResource(ModelPool pool, EngineHost engine, ModelUses uses) {
        this.pool = pool;
        this.engine = engine;
        this.uses = uses;
    }

    @GET
    @Path("/embedded")
    @Authenticated
    public JsonObject embedded() {
        JsonArrayBuilder names = Json.createArrayBuilder();
        pool.loadedModels().forEach(model -> names.add(model.id()));
        return Json.createObjectBuilder()
                .add("status", ready() ? "running" : "not_initialized")
                .add("type", "embedded")
                .add("uptime_seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000)
                .add("loaded_models", names)
                .add("memory_used_gb", pool.memoryInUse() / GIGABYTE)
                .add("memory_limit_gb", pool.memoryLimit() / GIGABYTE)
                .build();
    }

    @GET
    @Path("/models")
    @Authenticated
    public JsonArray models() {
        JsonArrayBuilder list = Json.createArrayBuilder();
        for (LoadedModel model : pool.loadedModels()) {
            Optional<ModelUses.Use> use = uses.of(model.id());
            list.add(Json.createObjectBuilder()
                    .add("model_id", model.id())
                    .add("model_type", model.modelType())
                    .add("size_gb", model.bytes() / GIGABYTE)
                    .add("loaded_at", text(use.map(ModelUses.Use::since)))
                    .add("last_used", text(use.map(ModelUses.Use::last)))
                    .add("preloaded", model.pinned()));
        }
        return list.build();
    }

    /** Healthy; degraded when models leave less than a gigabyte of the limit; unhealthy without an engine. */
    @GET
    @Path("/health")
    @Authenticated
    public JsonObject health() {
        List<LoadedModel> loaded = pool.loadedModels();
        boolean ready = ready();
        boolean tight = !loaded.isEmpty() && available() < GIGABYTE;
        return Json.createObjectBuilder()
                .add("status", ready ? tight ? "degraded" : "healthy" : "unhealthy")
                .add("model_pool_initialized", ready)
                .add("loaded_model_count", loaded.size())
                .add("memory_used_gb", pool.memoryInUse() / GIGABYTE)
                .add("memory_available_gb", available() / GIGABYTE)
                .build();
    }

    @GET
    @Path("/memory")
    @Authenticated
    public JsonObject memory() {
        List<LoadedModel> loaded = pool.loadedModels();
        long weights = PoolView.weights(loaded);
        return Json.createObjectBuilder()
                .add("cache_gb", Math.max(0, pool.memoryInUse() - weights) / GIGABYTE)
                .add("active_gb", pool.memoryInUse() / GIGABYTE)
                .add("limit_gb", pool.memoryLimit() / GIGABYTE)
                .add("available_gb", available() / GIGABYTE)
                .add("loaded_models", loaded.size())
                .build();
    }

    private boolean ready() {
        return engine.status().state() == EngineStatus.State.READY;
    }

    private double available() {
        return Math.max(0, pool.memoryLimit() - pool.memoryInUse());
    }

    private static JsonValue text(Optional<Instant> time) {
        return time.<JsonValue>map(at -> Json.createValue(at.toString())).orElse(JsonValue.NULL);
    }
}
