package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.cache.CacheView;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.nn.ShortConvolution;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/** A short convolution between two gates that the token itself decides. Confined to the engine thread. */
final class ShortMixer implements TokenMixer {

    private final int layer;
    private final int features;
    private final Projection in;
    private final ShortConvolution convolution;
    private final Projection out;

    ShortMixer(MixerPlan.Convolution plan, ModelWeights weights, String path, int features, int layer) {
        this.layer = layer;
        this.features = features;
        in = Projection.load(weights, path + ".in_proj", features, 3 * features, plan.bias());
        convolution = new ShortConvolution(weights, path + ".conv", features, plan.kernel(), plan.bias());
        out = Projection.load(weights, path + ".out_proj", features, features, plan.bias());
    }

    @Override
    public MlxArray apply(MlxArray x, CacheView cache, int[] offsets) {
        MlxArray all = in.apply(x);
        MlxArray read = Ops.multiply(part(all, 0), part(all, 2));
        MlxArray before = cache.remembered(layer, 0, () -> Ops.zeros(read.dtype(), 1, convolution.before(), features));
        MlxArray joined = Ops.concatenate(1, before, read);
        cache.remember(layer, 0, convolution.last(joined));
        return out.apply(Ops.multiply(part(all, 1), convolution.apply(joined)));
    }

    private MlxArray part(MlxArray all, int number) {
        int from = number * features;
        return Ops.slice(all, new int[] {0, 0, from}, new int[] {all.dim(0), all.dim(1), from + features});
    }
}
