package io.mlxmanager.serve.pool;

import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.Generation;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.GenerationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The right to use a model. While it is open, the model stays in memory. Closing twice does nothing. Any thread. */
public final class ModelLease implements AutoCloseable {

    private final String id;
    private final Engine engine;
    private final EngineModel model;
    private final Runnable release;
    private final List<Generation> running = new ArrayList<>();
    private boolean withdrawn;
    private final AtomicBoolean closed = new AtomicBoolean();

    ModelLease(String id, Engine engine, EngineModel model, Runnable release) {
        this.id = id;
        this.engine = engine;
        this.model = model;
        this.release = release;
    }

    public String id() {
        return id;
    }

    public EngineModel model() {
        return model;
    }

    /** Starts a generation on the leased model; close the lease after the end of all. */
    public synchronized Generation generate(GenerationRequest request, GenerationListener listener) {
        Generation started = engine.generate(model, request, listener);
        running.add(started);
        if (withdrawn) {
            started.cancel();
        }
        return started;
    }

    /** Ends what is running on the lease, now or as soon as it starts; its holder hears that it was cancelled. */
    synchronized void withdraw() {
        withdrawn = true;
        running.forEach(Generation::cancel);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
        }
    }
}
