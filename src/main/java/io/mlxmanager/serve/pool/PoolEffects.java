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

    /** Frees what is left of a model that was lost, when nobody has a lease of it any more. Nothing follows. */
    void discard(M model);

    /** Answers a waiter: the model is his until he releases it. */
    void grant(PoolTicket<M> ticket, M model);

    void refuse(PoolTicket<M> ticket, RuntimeException reason);

    /**
     * So much of the budget is free for cached prompts from now on; whatever is loaded or granted next needs the rest.
     *
     * @param bytes at least 0
     */
    void spare(long bytes);

    /** The public view changed. */
    void changed();
}
