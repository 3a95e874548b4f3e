package io.mlxmanager.engine;

import io.mlxmanager.engine.nn.Adapter;

/** An adapter that was loaded beside a model, whose end is its end. Immutable for all threads but the engine's. */
public final class EngineAdapter {

    /** Of those who use the model as it is. */
    public static final EngineAdapter NONE = new EngineAdapter("", Adapter.NONE);

    private final String name;
    private final Adapter adapter;

    EngineAdapter(String name, Adapter adapter) {
        this.name = name;
        this.adapter = adapter;
    }

    /** What tells its prompts from those of others; empty for none. */
    String name() {
        return name;
    }

    /** Engine thread only. */
    Adapter adapter() {
        return adapter;
    }
}
