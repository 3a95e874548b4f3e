package io.mlxmanager.serve.pool;

import java.util.concurrent.CompletableFuture;

/**
 * One request for a model. Identity counts, not contents.
 *
 * @param <M> a loaded model
 */
final class PoolTicket<M> {

    private final String id;
    private final long bytes;
    private final CompletableFuture<M> answer = new CompletableFuture<>();

    /**
     * @param id of the model
     * @param bytes that it will take
     */
    PoolTicket(String id, long bytes) {
        this.id = id;
        this.bytes = bytes;
    }

    String id() {
        return id;
    }

    long bytes() {
        return bytes;
    }

    CompletableFuture<M> answer() {
        return answer;
    }
}
