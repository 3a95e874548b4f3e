package io.mlxmanager.manage.hub;

import io.mlxmanager.base.config.HubConfig;
import io.mlxmanager.manage.settings.ServerSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts the plain classes of this package together for injection. */
@ApplicationScoped
public class HubProducer {

    @Produces
    @Singleton
    HubToken hubToken(HubConfig config, ServerSettings settings) {
        return () -> settings.hubToken().or(config::token);
    }

    @Produces
    @Singleton
    HubEndpoint hubEndpoint(HubConfig config, HubToken token) {
        return new HubEndpoint(config, token);
    }

    @Produces
    @Singleton
    HubAccount hubAccount(HubEndpoint hub, HubToken token) {
        return new HubAccount(hub, token);
    }

    @Produces
    @Singleton
    HubRepository hubRepository(HubEndpoint hub) {
        return new HubRepository(hub);
    }

    @Produces
    @Singleton
    HubSearch hubSearch(HubEndpoint hub) {
        return new HubSearch(hub);
    }
}
