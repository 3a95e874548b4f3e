package io.mlxmanager.api.security;

import io.mlxmanager.manage.identity.KeyGrant;
import io.mlxmanager.manage.identity.KeyScope;

/** Which doors the scopes of an API key open. */
final class KeyAccess {

    private KeyAccess() {}

    /** @param path within the application, without the query */
    static boolean allows(KeyGrant grant, String path) {
        if (path.equals("/v1/models") || path.startsWith("/v1/models/")) {
            return grant.scopes().contains(KeyScope.MODELS) || grant.scopes().contains(KeyScope.INFERENCE);
        }
        return grant.scopes().contains(path.startsWith("/v1/") ? KeyScope.INFERENCE : KeyScope.ADMIN);
    }
}
