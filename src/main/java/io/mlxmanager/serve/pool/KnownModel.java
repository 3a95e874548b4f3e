package io.mlxmanager.serve.pool;

import io.mlxmanager.engine.ModelPurpose;
import io.mlxmanager.engine.arch.ModelFacts;
import java.nio.file.Path;

/** What is known of a model before it is loaded. */
record KnownModel(Path folder, ModelPurpose purpose, ModelFacts facts) {}
