package io.mlxmanager.engine;

import java.util.Optional;

/**
 * What a generation uses beside its model, of the same engine.
 *
 * @param adapter of that model
 * @param draft a smaller model with the same tokens, which guesses how the answer goes on: the answer is the same, and comes
 *     sooner where the guesses are good
 */
public record Companions(EngineAdapter adapter, Optional<EngineModel> draft) {

    public static final Companions NONE = new Companions(EngineAdapter.NONE, Optional.empty());
}
