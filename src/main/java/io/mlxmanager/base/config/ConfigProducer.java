package io.mlxmanager.base.config;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.ConfigProvider;

/** Reads each record once and offers it for injection; a bad value fails the start with the name of its key. */
@ApplicationScoped
public class ConfigProducer {

    private final ConfigValues values =
            new ConfigValues(name -> ConfigProvider.getConfig().getOptionalValue(name, String.class));

    @Produces
    @Singleton
    HomeConfig home() {
        return HomeConfig.read(values);
    }

    @Produces
    @Singleton
    HttpConfig http() {
        return HttpConfig.read(values);
    }

    @Produces
    @Singleton
    ApiConfig api() {
        return ApiConfig.read(values);
    }

    @Produces
    @Singleton
    ResponsesConfig responses() {
        return ResponsesConfig.read(values);
    }

    @Produces
    @Singleton
    TokenConfig tokens() {
        return TokenConfig.read(values);
    }

    @Produces
    @Singleton
    ExternalIssuer externalIssuer() {
        return new ExternalIssuer(IssuerConfig.read(values));
    }

    @Produces
    @Singleton
    PasswordConfig passwords() {
        return PasswordConfig.read(values);
    }

    @Produces
    @Singleton
    LoginConfig logins() {
        return LoginConfig.read(values);
    }

    @Produces
    @Singleton
    AuditConfig audit() {
        return AuditConfig.read(values);
    }

    @Produces
    @Singleton
    ConversationConfig conversations() {
        return ConversationConfig.read(values);
    }

    @Produces
    @Singleton
    EngineConfig engine() {
        return EngineConfig.read(values);
    }

    @Produces
    @Singleton
    PoolConfig pool() {
        return PoolConfig.read(values);
    }

    @Produces
    @Singleton
    QueueConfig queue() {
        return QueueConfig.read(values);
    }

    @Produces
    @Singleton
    ModelsConfig models() {
        return ModelsConfig.read(values);
    }

    @Produces
    @Singleton
    HubConfig hub() {
        return HubConfig.read(values);
    }

    @Produces
    @Singleton
    DownloadConfig downloads() {
        return DownloadConfig.read(values);
    }

    @Produces
    @Singleton
    TimeoutConfig timeouts() {
        return TimeoutConfig.read(values);
    }

    @Produces
    @Singleton
    ServerConfig server() {
        return ServerConfig.read(values);
    }
}
