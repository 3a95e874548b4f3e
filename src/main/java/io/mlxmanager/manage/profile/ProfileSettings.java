package io.mlxmanager.manage.profile;

import jakarta.json.JsonObject;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What an operator says about a profile. Empty means: left to the request, then to the model.
 *
 * @param name unique; without a slash, so that it is never taken for a model
 * @param modelId {@code owner/name}
 * @param draftModel {@code owner/name} of a smaller model with the same tokens that guesses how answers go on
 * @param autoStart whether its model is loaded when the server starts
 * @param pinned whether its model stays in memory once it is there
 * @param keepAliveSeconds how long the model stays after its last use; -1 for ever, 0 not at all
 * @param modelOptions variables for the chat template
 */
public record ProfileSettings(
        String name,
        Optional<String> description,
        String modelId,
        Optional<String> draftModel,
        boolean autoStart,
        boolean pinned,
        OptionalInt keepAliveSeconds,
        Inference inference,
        Context context,
        Audio audio,
        JsonObject modelOptions) {

    public ProfileSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(modelId, "modelId");
    }

    /** How answers are drawn, in the units of the chat protocol. */
    public record Inference(
            OptionalDouble temperature,
            OptionalDouble topP,
            OptionalInt topK,
            OptionalDouble minP,
            OptionalDouble repetitionPenalty,
            OptionalInt maxTokens) {

        public static final Inference UNSAID = new Inference(
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalInt.empty());
    }

    /**
     * What an answer sees.
     *
     * @param length most tokens of prompt and answer together
     * @param systemPrompt for conversations that bring none
     */
    public record Context(OptionalInt length, Optional<String> systemPrompt) {

        public static final Context UNSAID = new Context(OptionalInt.empty(), Optional.empty());
    }

    /** How speech is made and heard. */
    public record Audio(
            Optional<String> voice, OptionalDouble speed, OptionalInt sampleRate, Optional<String> language) {

        public static final Audio UNSAID =
                new Audio(Optional.empty(), OptionalDouble.empty(), OptionalInt.empty(), Optional.empty());
    }

    /** The same settings under another name, not started by itself: two profiles need not load at a start. */
    ProfileSettings copyAs(String newName) {
        return new ProfileSettings(
                newName,
                description,
                modelId,
                draftModel,
                false,
                pinned,
                keepAliveSeconds,
                inference,
                context,
                audio,
                modelOptions);
    }
}
