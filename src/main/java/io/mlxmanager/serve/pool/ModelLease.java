package io.mlxmanager.serve.pool;

import io.mlxmanager.engine.Companions;
import io.mlxmanager.engine.EmbeddingRun;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineAdapter;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.Generation;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.Share;
import io.mlxmanager.manage.catalog.CatalogModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** The right to use a model. While it is open, the model stays in memory. Closing twice does nothing. Any thread. */
public final class ModelLease implements AutoCloseable {

    private final CatalogModel source;
    private final PoolTicket<EngineModel> ticket;
    private final Engine engine;
    private final EngineModel model;
    private final Runnable release;
    /** Each ends one thing that is running. */
    private final List<Runnable> ends = new ArrayList<>();

    private volatile EngineAdapter adapter = EngineAdapter.NONE;
    private ModelLease draft;
    private boolean withdrawn;
    private final AtomicBoolean closed = new AtomicBoolean();

    ModelLease(
            CatalogModel source, PoolTicket<EngineModel> ticket, Engine engine, EngineModel model, Runnable release) {
        this.source = source;
        this.ticket = ticket;
        this.engine = engine;
        this.model = model;
        this.release = release;
    }

    public String id() {
        return ticket.id();
    }

    /** What was asked for, its adapter included. */
    CatalogModel source() {
        return source;
    }

    PoolTicket<EngineModel> ticket() {
        return ticket;
    }

    Engine engine() {
        return engine;
    }

    boolean isClosed() {
        return closed.get();
    }

    public EngineModel model() {
        return model;
    }

    /** Loads an adapter, unless it is there already, and uses it from then on. */
    CompletableFuture<Void> adapt(Path folder) {
        return engine.adapter(model, folder).thenAccept(loaded -> adapter = loaded);
    }

    /** Starts a generation on the leased model; close the lease after the end of all. */
    public synchronized Generation generate(GenerationRequest request, GenerationListener listener) {
        Companions companions =
                new Companions(adapter, Optional.ofNullable(draft).map(ModelLease::model));
        Generation running = engine.generate(model, companions, request, listener);
        started(running::cancel);
        return running;
    }

    /** Starts to make vectors of texts with the leased model; close the lease after its end. */
    public synchronized EmbeddingRun embed(List<int[]> texts, Share share) {
        EmbeddingRun running = engine.embed(model, texts, share);
        started(running::cancel);
        return running;
    }

    /** Lets another model guess for what is generated from now on; its lease ends with this one. */
    public synchronized void draftWith(ModelLease other) {
        if (closed.get()) {
            other.close();
        } else {
            draft = other;
        }
    }

    private synchronized void closeDraft() {
        if (draft != null) {
            draft.close();
            draft = null;
        }
    }

    private void started(Runnable cancel) {
        ends.add(cancel);
        if (withdrawn) {
            cancel.run();
        }
    }

    /** Ends what is running on the lease, now or as soon as it starts; its holder hears that it was cancelled. */
    synchronized void withdraw() {
        withdrawn = true;
        ends.forEach(Runnable::run);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
            closeDraft();
        }
    }
}
