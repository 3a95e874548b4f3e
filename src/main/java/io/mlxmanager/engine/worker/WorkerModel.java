package io.mlxmanager.engine.worker;

import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.ModelPurpose;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.tokenizer.Tokenizer;

/**
 * A model in the memory of a worker, whose end is its end, and its tokenizer in the server's.
 */
final class WorkerModel implements EngineModel {

    private final WorkerLife life;
    private final long number;
    private final ModelFacts facts;
    private final Tokenizer tokenizer;
    private final Report.Loaded loaded;

    /** @param facts by the files */
    WorkerModel(WorkerLife life, long number, ModelFacts facts, Tokenizer tokenizer, Report.Loaded loaded) {
        this.life = life;
        this.number = number;
        this.facts = facts.withContextLength(loaded.contextLength());
        this.tokenizer = tokenizer;
        this.loaded = loaded;
    }

    WorkerLife life() {
        return life;
    }

    /** What the worker knows it by. */
    long number() {
        return number;
    }

    @Override
    public ModelPurpose purpose() {
        return loaded.purpose();
    }

    @Override
    public int dimensions() {
        if (loaded.purpose() != ModelPurpose.EMBED) {
            throw new IllegalStateException("the model was loaded to generate");
        }
        return loaded.dimensions();
    }

    @Override
    public ModelFacts facts() {
        return facts;
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer;
    }
}
