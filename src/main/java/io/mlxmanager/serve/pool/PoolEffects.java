package io.mlxmanager.serve.pool;

/**
 * The scheduler's only door to the outside. Each call returns at once; what it started comes back as an event.
 *
 * @param <M> a loaded model
 */
interface PoolEffects<M> {

    /** Starts loading; {@code onLoaded} or {@code onLoadFailed} follows. */
    void load(String id);

    /** Starts unloading; {@code onUnloaded} follows. */
    void unload(String id, M model);

    /** Answers a waiter: the model is his until he releases it. */
    void grant(PoolTicket<M> ticket, M model);

    void refuse(PoolTicket<M> ticket, RuntimeException reason);

    /** The public view changed. */
    void changed();
}
