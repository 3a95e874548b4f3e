package io.mlxmanager.manage.capability;

import io.mlxmanager.base.persist.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What probes found out, by model. Safe for many threads. */
@ApplicationScoped
public class Capabilities {

    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);
    private Transactions transactions;

    /** For the container's proxy. */
    protected Capabilities() {}

    @Inject
    public Capabilities(Transactions transactions) {
        this.transactions = transactions;
    }

    /** The last probe's findings with {@code probed_at}; empty for a model that was never probed. */
    public Optional<JsonObject> find(String modelId) {
        return transactions.call(entities -> Optional.ofNullable(entities.find(ModelCapabilities.class, modelId))
                .map(Capabilities::shown));
    }

    /** Takes the place of what was found before. */
    public void put(String modelId, JsonObject found) {
        transactions.run(entities -> entities.merge(new ModelCapabilities(modelId, found.toString(), clock.instant())));
    }

    /** All that were found out, by model. */
    public Map<String, JsonObject> all() {
        return transactions.call(entities -> {
            Map<String, JsonObject> found = new LinkedHashMap<>();
            entities.createNamedQuery("ModelCapabilities.all", ModelCapabilities.class)
                    .getResultStream()
                    .forEach(row -> found.put(row.modelId(), shown(row)));
            return found;
        });
    }

    /** Forgets what was found out about a model that is gone. */
    public void remove(String modelId) {
        transactions.run(entities -> {
            ModelCapabilities row = entities.find(ModelCapabilities.class, modelId);
            if (row != null) {
                entities.remove(row);
            }
        });
    }

    private static JsonObject shown(ModelCapabilities row) {
        try (JsonReader reader = Json.createReader(new StringReader(row.content()))) {
            return Json.createObjectBuilder(reader.readObject())
                    .add("probed_at", row.probedAt().toString())
                    .build();
        }
    }
}
