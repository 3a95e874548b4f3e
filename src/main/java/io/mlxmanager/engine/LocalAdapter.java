package io.mlxmanager.engine;

import io.mlxmanager.engine.nn.Adapter;

/** An adapter in the memory of this process. Immutable for all threads but the engine's. */
final class LocalAdapter implements EngineAdapter {

    /** Of those who use the model as it is. */
    static final LocalAdapter NONE = new LocalAdapter("", Adapter.NONE);

    private final String name;
    private final Adapter adapter;

    LocalAdapter(String name, Adapter adapter) {
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
