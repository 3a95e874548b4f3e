package io.mlxmanager.serve.pool;

/** A model, with the context asked for, that does not fit into the pool's memory, even with nothing else loaded. */
public final class PoolFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long needed;
    private final long budget;
    private final long room;

    /** @param pinned bytes of the budget that other models hold for ever */
    PoolFullException(PoolTicket<?> ticket, long budget, long pinned) {
        super("Model " + ticket.id() + " needs " + megabytes(ticket.bytes()) + " MB"
                + (ticket.work() == 0 ? "" : " and its context " + megabytes(ticket.work()) + " MB")
                + ", the limit for all models is " + megabytes(budget) + " MB"
                + (pinned == 0 ? "" : ", of which pinned models hold " + megabytes(pinned) + " MB"));
        this.needed = ticket.bytes() + ticket.work();
        this.budget = budget;
        this.room = budget - pinned - ticket.bytes();
    }

    /** Of a model for which there would be memory, beside as many pinned ones as may be there. */
    PoolFullException(PoolTicket<?> ticket, int mostModels) {
        super("Model " + ticket.id() + " cannot be loaded beside the pinned ones: at most " + mostModels
                + " may be in memory at once (max_models)");
        this.needed = ticket.bytes() + ticket.work();
        this.budget = 0;
        this.room = -1;
    }

    /** Bytes that were asked for. */
    public long needed() {
        return needed;
    }

    /** Bytes that all models together may take. */
    public long budget() {
        return budget;
    }

    /** Bytes that contexts of the model can have at most; negative when the model itself does not fit. */
    long room() {
        return room;
    }

    private static long megabytes(long bytes) {
        return (bytes + 999_999) / 1_000_000;
    }
}
