package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.tokenizer.TokenTable;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.serve.pool.LoadedModel;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.pool.ModelState;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gives draft models to requests whose profile names one. An answer never waits for its draft: one that is not in memory is
 * loaded for those who come later, and what there is no room for is done without. Any thread.
 */
final class DraftLending {

    /** Far longer than the pool takes to hand out a model that is in memory. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    private static final Map<EngineModel, Map<EngineModel, Boolean>> ALIKE =
            Collections.synchronizedMap(new WeakHashMap<>());

    private DraftLending() {}

    /**
     * Lets the draft guess for what is generated on a lease afterwards, if that can be had now.
     *
     * @param contexts length of each answer's context, in tokens
     * @throws Problem 400 when the two models have other tokens, or the draft is none that can be run
     */
    static void lend(ModelPool pool, ModelLease lease, CatalogModel draft, List<Integer> contexts) {
        boolean ready = pool.loadedModel(draft.id())
                .filter(model -> model.state() == ModelState.READY)
                .isPresent();
        if (!ready && !fitsBeside(pool, draft)) {
            return;
        }
        CompletableFuture<ModelLease> asked = pool.acquire(draft);
        if (!ready) {
            var unused = asked.thenAccept(ModelLease::close);
            return;
        }
        try {
            ModelLease granted = asked.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            boolean lent = false;
            try {
                requireAlike(lease, granted, draft);
                lent = pool.roomForDraft(lease, granted, contexts).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } finally {
                if (lent) {
                    lease.draftWith(granted);
                } else {
                    granted.close();
                }
            }
        } catch (TimeoutException | ExecutionException e) {
            // Without, then. A lease that comes too late is given back at once.
            var unused = asked.thenAccept(ModelLease::close);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("The server is stopping", e);
        }
    }

    /** A draft that had to push another model out would be pushed out by the next request for that one. */
    private static boolean fitsBeside(ModelPool pool, CatalogModel draft) {
        long taken = pool.loadedModels().stream().mapToLong(LoadedModel::bytes).sum() + pool.contextMemory();
        try {
            return Engine.inspect(draft.folder()).weightBytes() <= pool.memoryLimit() - taken;
        } catch (ModelFormatException e) {
            throw new Problem(
                    ProblemKind.BAD_REQUEST,
                    "draft_model_unsupported",
                    "draft_model: " + draft.id() + " cannot be run: " + e.getMessage(),
                    e);
        }
    }

    private static void requireAlike(ModelLease lease, ModelLease granted, CatalogModel draft) {
        boolean alike = ALIKE.computeIfAbsent(lease.model(), model -> Collections.synchronizedMap(new WeakHashMap<>()))
                .computeIfAbsent(granted.model(), other -> alike(lease.model(), other));
        if (!alike) {
            throw new Problem(
                    ProblemKind.BAD_REQUEST,
                    "draft_model_differs",
                    "draft_model: " + draft.id() + " has other tokens than " + lease.id()
                            + ", so it cannot guess for it; choose one of the same family, or none",
                    null);
        }
    }

    private static boolean alike(EngineModel model, EngineModel draft) {
        TokenTable one = model.tokens();
        TokenTable other = draft.tokens();
        return one.specials().equals(other.specials())
                && Arrays.deepEquals(one.bytes().toArray(), other.bytes().toArray());
    }
}
