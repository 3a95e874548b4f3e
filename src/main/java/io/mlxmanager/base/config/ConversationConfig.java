package io.mlxmanager.base.config;

import java.util.List;

/**
 * Conversations kept for users.
 *
 * @param maxCount most conversations of one user; 0 keeps none
 * @param maxSize most bytes of one conversation, attachments included
 */
public record ConversationConfig(int maxCount, ByteSize maxSize) {

    static final ConfigKey<Integer> MAX_COUNT =
            ConfigKey.integer("mlx-manager.conversations.max-count", 5_000, 0, 1_000_000);
    static final ConfigKey<ByteSize> MAX_SIZE = ConfigKey.size("mlx-manager.conversations.max-size", "64 MiB");

    static final List<ConfigKey<?>> KEYS = List.of(MAX_COUNT, MAX_SIZE);

    public static ConversationConfig read(ConfigValues values) {
        return new ConversationConfig(values.read(MAX_COUNT), values.read(MAX_SIZE));
    }
}
