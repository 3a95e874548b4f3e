package io.mlxmanager.serve.generate;

import io.mlxmanager.chat.Sampling;
import io.mlxmanager.engine.sample.SamplingOptions;

/** Who decides about sampling: the request, then the model, then the values that the OpenAI protocol documents. */
final class SamplingRules {

    private SamplingRules() {}

    static SamplingOptions resolve(Sampling asked, Sampling model) {
        Sampling merged = asked.orElse(model);
        return new SamplingOptions(
                (float) merged.temperature().orElse(1),
                topP(merged),
                merged.topK().orElse(0),
                (float) merged.minP().orElse(0),
                (float) merged.repetitionPenalty().orElse(1),
                (float) merged.presencePenalty().orElse(0),
                (float) merged.frequencyPenalty().orElse(0),
                merged.logitBias(),
                merged.seed());
    }

    /** The limit case 0 means that only the best token stays. */
    private static float topP(Sampling merged) {
        double value = merged.topP().orElse(1);
        return value == 0 ? Float.MIN_VALUE : (float) value;
    }
}
