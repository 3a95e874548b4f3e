package io.mlxmanager.serve.pool;

/** A model that does not fit into the pool's memory, even with nothing else loaded. */
public final class PoolFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long needed;
    private final long budget;

    /** @param pinned bytes of the budget that pinned models hold */
    public PoolFullException(String id, long needed, long budget, long pinned) {
        super("Model " + id + " needs " + megabytes(needed) + " MB, the limit for all models is " + megabytes(budget)
                + " MB" + (pinned == 0 ? "" : ", of which pinned models hold " + megabytes(pinned) + " MB"));
        this.needed = needed;
        this.budget = budget;
    }

    /** Bytes that the model needs. */
    public long needed() {
        return needed;
    }

    /** Bytes that all models together may take. */
    public long budget() {
        return budget;
    }

    private static long megabytes(long bytes) {
        return (bytes + 999_999) / 1_000_000;
    }
}
