package io.mlxmanager.api.auth;

import io.mlxmanager.manage.identity.IssuedToken;
import jakarta.json.Json;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** A token as OAuth 2 hands it out; the answer must not be kept by any cache. */
record TokenView(IssuedToken issued) {

    Response toResponse() {
        return Response.ok(Json.createObjectBuilder()
                        .add("access_token", issued.token().value())
                        .add("token_type", "bearer")
                        .add("expires_in", issued.lifetime().toSeconds())
                        .build())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
