package io.mlxmanager.testing;

import io.mlxmanager.manage.identity.KeyGrant;
import io.mlxmanager.manage.identity.KeyLookup;
import java.util.Optional;

/** A world without API keys. */
public final class NoKeys implements KeyLookup {

    @Override
    public Optional<KeyGrant> find(String presented) {
        return Optional.empty();
    }

    @Override
    public boolean isActive(String publicId) {
        return false;
    }
}
