package io.mlxmanager.engine.arch.phi;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;

/** {@code model_type} phi3, which Phi 4 has too: one matrix for queries, keys and values, one for gate and up. */
public final class Phi3Architecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan =
                DecoderPlan.builder(config).tiedUnlessSaid(false).fused(true, true);
        double part = config.positiveFloat("partial_rotary_factor", 1);
        int dims = (int) (plan.headDim() * part);
        if (dims < 2 || dims > plan.headDim() || dims % 2 != 0) {
            throw new ModelFormatException(
                    config.name() + ": partial_rotary_factor " + part + " leaves " + dims + " of " + plan.headDim());
        }
        return plan.everyLayer(RopePlan.of(config, dims, false, 10_000)).build();
    }
}
