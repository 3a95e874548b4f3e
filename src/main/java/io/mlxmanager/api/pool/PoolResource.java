package io.mlxmanager.api.pool;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.serve.pool.LoadedModel;
import io.mlxmanager.serve.pool.ModelPool;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;

/** What is in memory now. */
@Path("/settings/pool/status")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class PoolResource {

    private static final double GIGABYTE = 1e9;

    private final ModelPool pool;

    @Inject
    public PoolResource(ModelPool pool) {
        this.pool = pool;
    }

    /** Sizes in gigabytes of 10^9 bytes and, exactly, in bytes. */
    @GET
    @Authenticated
    public JsonObject status() {
        JsonArrayBuilder models = Json.createArrayBuilder();
        pool.loadedModels().forEach(model -> models.add(view(model)));
        long used = pool.memoryInUse();
        return Json.createObjectBuilder()
                .add("max_memory_gb", pool.memoryLimit() / GIGABYTE)
                .add("max_memory_bytes", pool.memoryLimit())
                .add("current_memory_gb", used / GIGABYTE)
                .add("current_memory_bytes", used)
                .add("loaded_models", models)
                .build();
    }

    private static JsonObjectBuilder view(LoadedModel model) {
        return Json.createObjectBuilder()
                .add("model_id", model.id())
                .add("model_type", model.modelType())
                .add("state", model.state().name().toLowerCase(Locale.ROOT))
                .add("progress", model.percent())
                .add("size_gb", model.bytes() / GIGABYTE)
                .add("size_bytes", model.bytes())
                .add("running", model.running())
                .add("preloaded", model.pinned())
                .add("context_length", model.contextLength());
    }
}
