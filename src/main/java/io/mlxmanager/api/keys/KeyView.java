package io.mlxmanager.api.keys;

import io.mlxmanager.manage.identity.KeyGrant;
import io.mlxmanager.manage.identity.KeyLookup;
import io.mlxmanager.manage.identity.KeyScope;
import io.mlxmanager.manage.keys.KeyInfo;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;

/** A key as lists show it: its beginning, never its secret part. */
record KeyView(KeyInfo info) {

    JsonObjectBuilder toJson() {
        KeyGrant grant = info.grant();
        JsonArrayBuilder scopes = Json.createArrayBuilder();
        grant.scopes().stream().sorted().map(KeyScope::word).forEach(scopes::add);
        JsonArrayBuilder models = Json.createArrayBuilder();
        grant.models().forEach(models::add);
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("id", info.id())
                .add("user_id", grant.userId())
                .add("name", info.name())
                .add("prefix", KeyLookup.PREFIX + grant.publicId())
                .add("scopes", scopes)
                .add("models", models)
                .add("created_at", info.createdAt().toString());
        time(json, "expires_at", grant.expiresAt().orElse(null));
        time(json, "last_used_at", info.lastUsedAt());
        time(json, "revoked_at", info.revokedAt());
        grant.requestsPerMinute()
                .ifPresentOrElse(
                        limit -> json.add("requests_per_minute", limit), () -> json.addNull("requests_per_minute"));
        grant.tokensPerDay()
                .ifPresentOrElse(limit -> json.add("tokens_per_day", limit), () -> json.addNull("tokens_per_day"));
        return json;
    }

    private static void time(JsonObjectBuilder json, String name, Instant time) {
        if (time == null) {
            json.addNull(name);
        } else {
            json.add(name, time.toString());
        }
    }
}
