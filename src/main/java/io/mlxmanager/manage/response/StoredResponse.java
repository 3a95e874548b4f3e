package io.mlxmanager.manage.response;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;

/**
 * A response as it was given out, and the conversation that led to it.
 *
 * @param response with its {@code id} and its {@code output}
 * @param input all items that came before the output, those of earlier responses included
 */
public record StoredResponse(JsonObject response, JsonArray input) {

    public String id() {
        return response.getString("id");
    }
}
