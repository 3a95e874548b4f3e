package io.mlxmanager.engine.worker;

import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.ModelPurpose;
import io.mlxmanager.engine.sample.TokenLogprobs;
import java.util.List;
import java.util.Optional;

/** What the worker tells the server. */
sealed interface Report {

    /** As {@link io.mlxmanager.engine.EngineLibrary.Outcome.Loaded}, and what it computes on. */
    record Ready(String backend, String version, String isa, String device) implements Report {}

    record Unavailable(String reason) implements Report {}

    /** @param line for the operator */
    record Building(String line) implements Report {}

    record Progress(long call, int percent) implements Report {}

    /** @param dimensions 0 of a model that generates */
    record Loaded(long call, ModelPurpose purpose, int dimensions, int contextLength) implements Report {}

    record Done(long call) implements Report {}

    record Vectors(long call, List<float[]> vectors) implements Report {}

    record Refused(long call, Failure failure) implements Report {}

    record Begun(long generation, int cachedTokens) implements Report {}

    record PromptToken(long generation, TokenLogprobs logprobs) implements Report {}

    record Token(long generation, int id, Optional<TokenLogprobs> logprobs) implements Report {}

    record Finished(long generation, GenerationEnd end) implements Report {}

    record Failed(long generation, Failure failure) implements Report {}

    /** The engine's thread goes on; before there is an engine, the worker does. */
    record Alive() implements Report {}

    /** What the native side holds now. */
    record Memory(long activeBytes) implements Report {}
}
