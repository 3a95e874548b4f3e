package io.mlxmanager.serve.pool;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * One request for a model. Identity counts, not contents.
 *
 * @param <M> a loaded model
 */
final class PoolTicket<M> {

    private final String id;
    private final long bytes;
    private final OptionalLong keepAlive;
    private final CompletableFuture<M> answer = new CompletableFuture<>();

    /**
     * @param id of the model
     * @param bytes that it will take
     */
    PoolTicket(String id, long bytes) {
        this(id, bytes, OptionalLong.empty());
    }

    /** @param keepAlive milliseconds that the model stays after its last use; negative for ever; empty for the pool's own */
    PoolTicket(String id, long bytes, OptionalLong keepAlive) {
        this.id = id;
        this.bytes = bytes;
        this.keepAlive = keepAlive;
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

    CompletableFuture<M> answer() {
        return answer;
    }
}
