package io.mlxmanager.api.pool;

import io.mlxmanager.serve.generate.Traffic;
import io.mlxmanager.serve.pool.LoadedModel;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.pool.ModelState;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The pool as clients see it: sizes in gigabytes of 10^9 bytes and, exactly, in bytes. */
public final class PoolView {

    private static final double GIGABYTE = 1e9;

    private PoolView() {}

    /** What is in memory now. Never blocks. */
    public static JsonObject now(ModelPool pool, Map<String, Traffic> traffic) {
        List<LoadedModel> loaded = pool.loadedModels();
        long used = pool.memoryInUse();
        long weights = weights(loaded);
        JsonArrayBuilder models = Json.createArrayBuilder();
        loaded.forEach(model -> models.add(model(model, traffic.getOrDefault(model.id(), Traffic.NONE))));
        JsonArrayBuilder queued = Json.createArrayBuilder();
        new TreeMap<>(traffic).forEach((model, now) -> {
            if (now.waiting() > 0) {
                queued.add(Json.createObjectBuilder().add("model_id", model).add("requests", now.waiting()));
            }
        });
        return Json.createObjectBuilder()
                .add("max_memory_gb", pool.memoryLimit() / GIGABYTE)
                .add("max_memory_bytes", pool.memoryLimit())
                .add("current_memory_gb", used / GIGABYTE)
                .add("current_memory_bytes", used)
                .add("weight_bytes", Math.min(weights, used))
                .add("cache_bytes", Math.max(0, used - weights))
                .add("context_memory_bytes", pool.contextMemory())
                .add("loaded_models", models)
                .add("queued", queued)
                .build();
    }

    /** Bytes of the models that are read; of one that is on its way only a part is in memory yet. */
    public static long weights(List<LoadedModel> loaded) {
        return loaded.stream()
                .filter(model -> model.state() != ModelState.LOADING)
                .mapToLong(LoadedModel::bytes)
                .sum();
    }

    private static JsonObjectBuilder model(LoadedModel model, Traffic traffic) {
        return Json.createObjectBuilder()
                .add("model_id", model.id())
                .add("model_type", model.modelType())
                .add("state", model.state().name().toLowerCase(Locale.ROOT))
                .add("progress", model.percent())
                .add("size_gb", model.bytes() / GIGABYTE)
                .add("size_bytes", model.bytes())
                .add("running", model.running())
                .add("answering", traffic.running())
                .add("waiting", traffic.waiting())
                .add("preloaded", model.pinned())
                .add("context_length", model.contextLength());
    }
}
