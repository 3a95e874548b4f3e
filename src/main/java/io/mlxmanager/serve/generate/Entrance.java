package io.mlxmanager.serve.generate;

import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.queue.QueuePlace;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a run begins with.
 *
 * @param place in the queue, until the engine begins
 * @param pool gives room for contexts
 * @param lease of the model, when it is there
 * @param draft a smaller model that guesses how answers go on
 */
record Entrance(QueuePlace place, ModelPool pool, CompletableFuture<ModelLease> lease, Optional<CatalogModel> draft) {

    /** Without a draft model. */
    Entrance(QueuePlace place, ModelPool pool, CompletableFuture<ModelLease> lease) {
        this(place, pool, lease, Optional.empty());
    }
}
