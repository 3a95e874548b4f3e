package io.mlxmanager.manage.profile;

import java.time.Instant;

/**
 * A stored profile.
 *
 * @param type of its model when it was stored
 */
public record ProfileInfo(long id, ProfileSettings settings, ModelType type, Instant createdAt, Instant updatedAt) {

    /** Before a profile's name, tells it from a model's. */
    public static final String PREFIX = "profile:";

    public String name() {
        return settings.name();
    }

    /** The name that requests may give as {@code model}, whatever else is called so. */
    public String requestName() {
        return PREFIX + settings.name();
    }
}
