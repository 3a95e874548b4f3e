package io.mlxmanager.manage.settings;

import io.mlxmanager.base.config.PoolConfig;
import io.mlxmanager.base.config.TimeoutConfig;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.secrets.Sealer;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.Optional;

/**
 * The settings of the server: what is stored, else what is configured. Every read goes to the database, so a change counts
 * from the next request on. Safe for many threads.
 */
public final class ServerSettings {

    private static final String POOL = "pool";
    private static final String TIMEOUTS = "timeouts";
    private static final String HUB_TOKEN = "huggingface.token";

    private final SettingsStore store;
    private final long configuredPool;
    private final TimeoutSettings configuredTimeouts;

    public ServerSettings(
            Transactions transactions, Sealer sealer, PoolConfig pool, TimeoutConfig timeouts, Clock clock) {
        this.store = new SettingsStore(transactions, sealer, clock);
        this.configuredPool = pool.memoryLimit().bytes();
        this.configuredTimeouts = TimeoutSettings.configured(timeouts.chat());
    }

    public PoolSettings pool() {
        return stored(POOL)
                .map(fields -> PoolSettings.read(fields, defaultPool()))
                .orElseGet(this::defaultPool);
    }

    public void pool(PoolSettings settings) {
        store.put(POOL, settings.toJson().toString());
    }

    /** The limit in bytes: the configured one to the byte as long as nobody changed it. */
    public long poolBytes() {
        return stored(POOL)
                .map(fields -> PoolSettings.read(fields, defaultPool()).bytes(machineMemory()))
                .orElse(configuredPool);
    }

    public TimeoutSettings timeouts() {
        return stored(TIMEOUTS)
                .map(fields -> TimeoutSettings.read(fields, configuredTimeouts))
                .orElse(configuredTimeouts);
    }

    public void timeouts(TimeoutSettings settings) {
        store.put(TIMEOUTS, settings.toJson().toString());
    }

    /**
     * The token for the model hub.
     *
     * @throws io.mlxmanager.base.secrets.SealBroken when the secret that sealed it is gone
     */
    public Optional<Secret> hubToken() {
        return store.secret(HUB_TOKEN);
    }

    /** Whether a token is stored, readable or not. */
    public boolean hasHubToken() {
        return store.find(HUB_TOKEN).isPresent();
    }

    public void hubToken(Secret token) {
        store.putSecret(HUB_TOKEN, token);
    }

    public void removeHubToken() {
        store.remove(HUB_TOKEN);
    }

    private PoolSettings defaultPool() {
        return PoolSettings.configured(configuredPool, machineMemory());
    }

    private Optional<JsonFields> stored(String name) {
        return store.find(name).map(text -> {
            try (JsonReader reader = Json.createReader(new StringReader(text))) {
                return JsonFields.of(reader.readObject());
            }
        });
    }

    private static long machineMemory() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }
}
