package io.mlxmanager.api.auth;

import io.mlxmanager.manage.identity.Account;
import io.mlxmanager.manage.identity.Role;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;

/** A user as clients see one. */
record UserView(Account account) {

    JsonObject toJson() {
        JsonArrayBuilder roles = Json.createArrayBuilder();
        account.roles().stream().sorted().map(Role::group).forEach(roles::add);
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("id", account.id())
                .add("email", account.email())
                .add("is_admin", account.admin())
                .add("roles", roles)
                .add("status", account.status().word())
                .add("created_at", account.createdAt().toString());
        account.approvalTime()
                .ifPresentOrElse(time -> json.add("approved_at", time.toString()), () -> json.addNull("approved_at"));
        return json.build();
    }
}
