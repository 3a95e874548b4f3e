package io.mlxmanager.manage.hub;

import io.mlxmanager.base.crypto.Secret;
import java.util.Optional;

/** Who we are to the hub. Asked anew for each request, so that a changed token counts at once. Any thread. */
@FunctionalInterface
public interface HubToken {

    /** The token to send; empty for a caller without a name. */
    Optional<Secret> token();
}
