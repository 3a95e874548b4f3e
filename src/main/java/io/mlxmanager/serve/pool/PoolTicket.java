package io.mlxmanager.serve.pool;

import io.mlxmanager.engine.Share;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * One request for a model and for room to work with it. Identity counts, not contents.
 *
 * @param <M> a loaded model
 */
final class PoolTicket<M> {

    private final String id;
    private final long bytes;
    private final OptionalLong keepAlive;
    private final Share share;
    private final CompletableFuture<M> answer = new CompletableFuture<>();
    private long number;
    private long work;

    /**
     * @param id of the model
     * @param bytes that it will take
     */
    PoolTicket(String id, long bytes) {
        this(id, bytes, OptionalLong.empty());
    }

    /** @param keepAlive milliseconds that the model stays after its last use; negative for ever; empty for the pool's own */
    PoolTicket(String id, long bytes, OptionalLong keepAlive) {
        this(id, bytes, keepAlive, Share.of(""), 0);
    }

    /**
     * @param share whose turn it is
     * @param work bytes for contexts, beside the model's
     */
    PoolTicket(String id, long bytes, OptionalLong keepAlive, Share share, long work) {
        this.id = id;
        this.bytes = bytes;
        this.keepAlive = keepAlive;
        this.share = share;
        this.work = work;
    }

    /** Tells who came first; by the scheduler alone. */
    long number() {
        return number;
    }

    void came(long place) {
        number = place;
    }

    String id() {
        return id;
    }

    long bytes() {
        return bytes;
    }

    OptionalLong keepAlive() {
        return keepAlive;
    }

    Share share() {
        return share;
    }

    long work() {
        return work;
    }

    /** By the scheduler alone, for a ticket that was granted. */
    void grow(long more) {
        work += more;
    }

    CompletableFuture<M> answer() {
        return answer;
    }
}
