package io.mlxmanager.serve.queue;

/** A place in the queue of a model. Any thread; leaving twice does nothing. */
public final class QueuePlace implements AutoCloseable {

    private final RequestQueue queue;
    private final String model;
    private final String tenant;
    private final long since;

    QueuePlace(RequestQueue queue, String model, String tenant, long since) {
        this.queue = queue;
        this.model = model;
        this.tenant = tenant;
        this.since = since;
    }

    String model() {
        return model;
    }

    String tenant() {
        return tenant;
    }

    /** Nanoseconds, by the queue's clock. */
    long since() {
        return since;
    }

    /** The turn at which the request comes, from 1; 0 when it has left the queue. */
    public int now() {
        return queue.place(this);
    }

    /** It is its turn: the engine has begun. */
    public void begun() {
        queue.leave(this, true);
    }

    /** Gives the place up. */
    @Override
    public void close() {
        queue.leave(this, false);
    }
}
