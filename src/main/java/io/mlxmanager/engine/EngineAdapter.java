package io.mlxmanager.engine;

/** An adapter that was loaded beside a model, whose end is its end. Only the engine that made it knows what is in it. */
public interface EngineAdapter {

    /** Of those who use the model as it is. */
    EngineAdapter NONE = new EngineAdapter() {};
}
