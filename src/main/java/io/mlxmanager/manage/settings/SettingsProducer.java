package io.mlxmanager.manage.settings;

import io.mlxmanager.base.config.PoolConfig;
import io.mlxmanager.base.config.TimeoutConfig;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.secrets.Sealer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneOffset;

/** Offers the settings for injection. */
@ApplicationScoped
public class SettingsProducer {

    @Produces
    @Singleton
    ServerSettings settings(Transactions transactions, Sealer sealer, PoolConfig pool, TimeoutConfig timeouts) {
        return new ServerSettings(transactions, sealer, pool, timeouts, Clock.tickMillis(ZoneOffset.UTC));
    }
}
