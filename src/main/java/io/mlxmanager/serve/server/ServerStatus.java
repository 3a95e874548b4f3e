package io.mlxmanager.serve.server;

import io.mlxmanager.manage.profile.ProfileInfo;
import io.mlxmanager.serve.pool.LoadedModel;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a profile's model stands. A snapshot.
 *
 * @param reason why it failed, safe to show
 * @param model in memory, or on its way in or out
 * @param readySince when the model became ready
 */
public record ServerStatus(
        ProfileInfo profile,
        Phase phase,
        Optional<String> reason,
        Optional<LoadedModel> model,
        Optional<Instant> readySince) {

    /** Life of a profile's model. */
    public enum Phase {
        /** Not in memory, and nobody asked for it. */
        STOPPED,
        /** Asked for; waits for the engine or for room. */
        QUEUED,
        LOADING,
        READY,
        STOPPING,
        /** It could not be loaded. */
        FAILED
    }

    /** Whether nothing will change by itself. */
    public boolean settled() {
        return phase == Phase.STOPPED || phase == Phase.READY || phase == Phase.FAILED;
    }
}
