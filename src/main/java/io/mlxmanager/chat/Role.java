package io.mlxmanager.chat;

import java.util.Locale;
import java.util.Optional;

/** Who speaks in a {@link Message}. */
public enum Role {
    SYSTEM,
    /** Instructions of the application; templates that know no such role see it as {@link #SYSTEM}. */
    DEVELOPER,
    USER,
    ASSISTANT,
    /** The result of a tool call, tied to it by {@link Message#toolCallId()}. */
    TOOL;

    /** The lower-case name used by templates and wire formats. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role with exactly this wire name, or empty. */
    public static Optional<Role> fromWireName(String name) {
        for (Role role : values()) {
            if (role.wireName().equals(name)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
