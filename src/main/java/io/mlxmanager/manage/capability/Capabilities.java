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

    private static JsonObject shown(ModelCapabilities row) {
        try (JsonReader reader = Json.createReader(new StringReader(row.content()))) {
            return Json.createObjectBuilder(reader.readObject())
                    .add("probed_at", row.probedAt().toString())
                    .build();
        }
    }
}
