package io.mlxmanager.chat.template;

import jakarta.json.JsonValue;
import java.util.Objects;
import java.util.Optional;

/**
 * A variable that a template reads and that is not part of the conversation.
 *
 * @param name for example {@code enable_thinking}
 * @param defaultValue what the template assumes when it is not set, if that can be told
 */
public record TemplateOption(String name, Optional<JsonValue> defaultValue) {

    public TemplateOption {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(defaultValue, "defaultValue");
    }
}
