package io.mlxmanager.engine;

import io.mlxmanager.engine.arch.LanguageModel;

/** A model of a running engine without what serves it, so that a measurement finds the same weights. */
public final class BareModel {

    private BareModel() {}

    /** For use on the engine's thread, where listeners are called. */
    public static LanguageModel of(EngineModel model) {
        return ((LocalModel) model).decoder();
    }
}
