package io.mlxmanager.manage.identity;

import java.util.Optional;

/** How the verifier learns what an API key grants now; keys themselves are the business of manage.keys. */
public interface KeyLookup {

    /** How every key begins, and no token does. */
    String PREFIX = "mlx_";

    /** The grant of a key as it was presented; empty when it is unknown, wrong, revoked or expired. */
    Optional<KeyGrant> find(String presented);

    /** Whether a key that was found before still is neither revoked nor expired. */
    boolean isActive(String publicId);
}
