package io.mlxmanager.serve.generate;

import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.queue.QueuePlace;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a request holds from its first moment to its last: a place in the queue, and a lease of the model or the wait for one.
 * Both are given back, in the reverse order, whatever is thrown at whichever point. Used by the thread that serves the request.
 */
public final class Entrance implements AutoCloseable {

    private final QueuePlace place;
    private CompletableFuture<ModelLease> lease;

    private Entrance(QueuePlace place, CompletableFuture<ModelLease> lease) {
        this.place = place;
        this.lease = lease;
    }

    /**
     * Takes a place, then asks for a lease.
     *
     * @param made made of both; what it throws gives both back
     */
    public static <T> T enter(
            Supplier<QueuePlace> place, Supplier<CompletableFuture<ModelLease>> lease, Function<Entrance, T> made) {
        QueuePlace taken = place.get();
        Entrance entrance = null;
        T result = null;
        try {
            entrance = new Entrance(taken, lease.get());
            result = made.apply(entrance);
        } finally {
            if (result == null) {
                if (entrance == null) {
                    taken.close();
                } else {
                    entrance.close();
                }
            }
        }
        return result;
    }

    public QueuePlace place() {
        return place;
    }

    public CompletableFuture<ModelLease> lease() {
        return lease;
    }

    /**
     * Gives a lease up for another one, which may be the same.
     *
     * @param other asks for it; when that throws, the lease is kept
     */
    public CompletableFuture<ModelLease> exchange(Supplier<CompletableFuture<ModelLease>> other) {
        lease = other.get();
        return lease;
    }

    /** Gives back what there is, or the wait for it. Twice does nothing more. */
    @Override
    public void close() {
        try {
            if (!lease.cancel(false) && !lease.isCompletedExceptionally()) {
                lease.join().close();
            }
        } finally {
            place.close();
        }
    }
}
