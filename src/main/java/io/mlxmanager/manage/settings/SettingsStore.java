package io.mlxmanager.manage.settings;

import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.secrets.Sealer;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.util.Optional;

/** Names and their values in the database. Safe for many threads. */
final class SettingsStore {

    private final Transactions transactions;
    private final Sealer sealer;
    private final Clock clock;

    SettingsStore(Transactions transactions, Sealer sealer, Clock clock) {
        this.transactions = transactions;
        this.sealer = sealer;
        this.clock = clock;
    }

    Optional<String> find(String name) {
        return transactions.call(entities -> row(entities, name).map(StoredSetting::content));
    }

    /**
     * The secret under that name; one sealed with an earlier secret of the server is sealed anew.
     *
     * @throws io.mlxmanager.base.secrets.SealBroken when the secret that sealed it is gone
     */
    Optional<Secret> secret(String name) {
        Optional<String> sealed = find(name);
        Optional<Secret> secret = sealed.map(sealer::open).map(Secret::new);
        if (sealed.isPresent() && sealer.isOutdated(sealed.get())) {
            putSecret(name, secret.orElseThrow());
        }
        return secret;
    }

    void putSecret(String name, Secret secret) {
        put(name, sealer.seal(secret.value()));
    }

    void remove(String name) {
        transactions.run(entities -> row(entities, name).ifPresent(entities::remove));
    }

    void put(String name, String content) {
        transactions.run(entities -> {
            StoredSetting row = row(entities, name).orElseGet(() -> new StoredSetting(name));
            row.write(content, clock.instant());
            entities.merge(row);
        });
    }

    private static Optional<StoredSetting> row(EntityManager entities, String name) {
        return Optional.ofNullable(entities.find(StoredSetting.class, name));
    }
}
