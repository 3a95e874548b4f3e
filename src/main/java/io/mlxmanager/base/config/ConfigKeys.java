package io.mlxmanager.base.config;

import java.util.List;
import java.util.stream.Stream;

/** Every key the application reads. {@code docs/CONFIGURATION.md} is compared with this list by a test. */
public final class ConfigKeys {

    private ConfigKeys() {}

    public static List<ConfigKey<?>> all() {
        return Stream.of(
                        HomeConfig.KEYS,
                        ServerConfig.KEYS,
                        EngineConfig.KEYS,
                        EngineProcess.KEYS,
                        PoolConfig.KEYS,
                        QueueConfig.KEYS,
                        ModelsConfig.KEYS,
                        HubConfig.KEYS,
                        DownloadConfig.KEYS,
                        TimeoutConfig.KEYS,
                        HttpConfig.KEYS,
                        ApiConfig.KEYS,
                        ResponsesConfig.KEYS,
                        TokenConfig.KEYS,
                        IssuerConfig.KEYS,
                        PasswordConfig.KEYS,
                        LoginConfig.KEYS,
                        AuditConfig.KEYS,
                        ConversationConfig.KEYS)
                .<ConfigKey<?>>flatMap(List::stream)
                .toList();
    }
}
