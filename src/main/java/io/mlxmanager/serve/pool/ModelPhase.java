package io.mlxmanager.serve.pool;

/** Where a model stands between the request for it and the last byte of its memory. */
public sealed interface ModelPhase {

    /** Not in memory, and nobody wants it. */
    record Absent() implements ModelPhase {}

    /** @param waiting requests that wait for room for it */
    record Queued(int waiting) implements ModelPhase {}

    /** @param percent of the weights that were read */
    record Loading(int percent) implements ModelPhase {}

    record Ready() implements ModelPhase {}

    /** @param running requests that use it */
    record Busy(int running) implements ModelPhase {}

    record Unloading() implements ModelPhase {}

    /** @param reason one sentence for people */
    record Failed(String reason) implements ModelPhase {}
}
