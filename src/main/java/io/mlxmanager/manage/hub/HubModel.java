package io.mlxmanager.manage.hub;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A hit of a search.
 *
 * @param id {@code owner/name}
 * @param bytes of the weights, by the hub's own data or estimated from the name; empty when neither tells
 * @param config the part of config.json that the hub knows
 */
public record HubModel(
        String id,
        long downloads,
        long likes,
        OptionalLong bytes,
        List<String> tags,
        String lastModified,
        boolean gated,
        Optional<JsonObject> config) {

    public String author() {
        return id.substring(0, id.indexOf('/'));
    }
}
