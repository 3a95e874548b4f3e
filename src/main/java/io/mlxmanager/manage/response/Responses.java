package io.mlxmanager.manage.response;

import io.mlxmanager.base.config.ResponsesConfig;
import io.mlxmanager.base.persist.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;

/** The responses that are kept. Nobody finds another's, and nobody one that has expired. Safe for many threads. */
@ApplicationScoped
public class Responses {

    private Transactions transactions;
    private Duration retention;
    private Clock clock;

    /** For the container's proxy. */
    protected Responses() {}

    @Inject
    public Responses(Transactions transactions, ResponsesConfig config) {
        this(transactions, config.retention(), Clock.tickMillis(ZoneOffset.UTC));
    }

    /** @param retention zero keeps nothing */
    Responses(Transactions transactions, Duration retention, Clock clock) {
        this.transactions = transactions;
        this.retention = retention;
        this.clock = clock;
    }

    /** Whether responses are kept at all. */
    public boolean kept() {
        return !retention.isZero();
    }

    /**
     * Keeps a response, and lets go of those that have expired.
     *
     * @param userId null for a caller who is no user; all of those share what they keep
     */
    public void put(Long userId, StoredResponse stored) {
        if (!kept()) {
            return;
        }
        String text = Json.createObjectBuilder()
                .add("response", stored.response())
                .add("input", stored.input())
                .build()
                .toString();
        Instant now = clock.instant();
        transactions.run(entities -> {
            entities.createNamedQuery("ResponseRow.expired", ResponseRow.class)
                    .setParameter("now", now)
                    .getResultList()
                    .forEach(entities::remove);
            entities.persist(new ResponseRow(stored.id(), userId, now, now.plus(retention), text));
        });
    }

    /** The response with that id, if it is this user's and has not expired. */
    public Optional<StoredResponse> find(Long userId, String id) {
        Optional<String> text = transactions.call(entities -> Optional.ofNullable(entities.find(ResponseRow.class, id))
                .filter(row -> visible(row, userId))
                .map(ResponseRow::text));
        return text.map(Responses::parse);
    }

    /**
     * Removes a response.
     *
     * @return whether there was one of this user's
     */
    public boolean remove(Long userId, String id) {
        return transactions.call(entities -> {
            ResponseRow row = entities.find(ResponseRow.class, id);
            if (row == null || !visible(row, userId)) {
                return false;
            }
            entities.remove(row);
            return true;
        });
    }

    private boolean visible(ResponseRow row, Long userId) {
        return Objects.equals(row.userId(), userId) && row.expiresAt().isAfter(clock.instant());
    }

    private static StoredResponse parse(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            JsonObject stored = reader.readObject();
            return new StoredResponse(stored.getJsonObject("response"), stored.getJsonArray("input"));
        }
    }
}
