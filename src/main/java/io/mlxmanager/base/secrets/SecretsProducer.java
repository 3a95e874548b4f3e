package io.mlxmanager.base.secrets;

import io.mlxmanager.base.config.HomeConfig;
import io.mlxmanager.base.config.TokenConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.logging.Logger;

/** Loads the secrets once, and warns once at start about a weak one. */
@ApplicationScoped
public class SecretsProducer {

    private static final Logger LOG = Logger.getLogger(SecretsProducer.class.getName());

    void warn(@Observes Startup start, SecretRing ring) {
        ring.warnings().forEach(LOG::warning);
    }

    @Produces
    @Singleton
    SecretRing secretRing(TokenConfig tokens, HomeConfig home) {
        return SecretRing.load(tokens, home);
    }

    @Produces
    @Singleton
    Sealer sealer(SecretRing ring) {
        return new Sealer(ring);
    }
}
