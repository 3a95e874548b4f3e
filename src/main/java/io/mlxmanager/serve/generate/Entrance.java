package io.mlxmanager.serve.generate;

import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.queue.QueuePlace;
import java.util.concurrent.CompletableFuture;

/**
 * What a run begins with.
 *
 * @param place in the queue, until the engine begins
 * @param pool gives room for contexts
 * @param lease of the model, when it is there
 */
record Entrance(QueuePlace place, ModelPool pool, CompletableFuture<ModelLease> lease) {}
