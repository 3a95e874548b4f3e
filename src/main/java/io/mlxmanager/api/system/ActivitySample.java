package io.mlxmanager.api.system;

import io.mlxmanager.serve.health.MachineCpu;
import io.mlxmanager.serve.health.MachineMemory;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import java.util.Map;

/**
 * What the server was doing in one second.
 *
 * @param rates tokens per second of the models that generated any
 * @param answering requests being read or answered
 * @param waiting requests that the engine has not begun
 */
record ActivitySample(
        Instant at, Map<String, Double> rates, int answering, int waiting, MachineCpu cpu, MachineMemory memory) {

    ActivitySample {
        rates = Map.copyOf(rates);
    }

    JsonObject toJson() {
        JsonObjectBuilder models = Json.createObjectBuilder();
        rates.forEach((model, rate) -> models.add(model, tenths(rate)));
        double all = rates.values().stream().mapToDouble(Double::doubleValue).sum();
        return Json.createObjectBuilder()
                .add("at", at.toEpochMilli())
                .add("tokens_per_second", tenths(all))
                .add("models", models)
                .add("answering", answering)
                .add("waiting", waiting)
                .add("cpu_percent", percent(cpu.machine()))
                .add("server_cpu_percent", percent(cpu.server()))
                .add("processors", cpu.processors())
                .add("machine_used_bytes", memory.used())
                .add("machine_total_bytes", memory.total())
                .build();
    }

    private static double percent(double share) {
        return tenths(100 * share);
    }

    private static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
