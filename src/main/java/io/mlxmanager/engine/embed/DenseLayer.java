package io.mlxmanager.engine.embed;

import io.mlxmanager.engine.arch.TextEncoder;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.engine.weights.QuantizationConfig;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** A layer behind pooling, with files of its own. Confined to the engine thread; whoever loads it closes it. */
final class DenseLayer implements AutoCloseable {

    private final Runnable release;
    private final Projection projection;
    private final UnaryOperator<MlxArray> activation;
    private final int out;

    private DenseLayer(Runnable release, Projection projection, UnaryOperator<MlxArray> activation, int out) {
        this.release = release;
        this.projection = projection;
        this.activation = activation;
        this.out = out;
    }

    /** A layer that comes with the weights of the encoder. */
    static DenseLayer of(TextEncoder.Dense layer) {
        return new DenseLayer(() -> {}, layer.projection(), x -> x, layer.out());
    }

    /** @param in features that reach it */
    static DenseLayer load(Path folder, int in) {
        JsonFile config = JsonFile.read(folder.resolve("config.json"));
        if (config.requiredInt("in_features", 1) != in) {
            throw new ModelFormatException(folder.getFileName() + "/config.json: in_features is "
                    + config.requiredInt("in_features", 1) + ", but " + in + " arrive");
        }
        int out = config.requiredInt("out_features", 1);
        UnaryOperator<MlxArray> activation = activation(config);
        ModelWeights weights = ModelWeights.open(
                folder, QuantizationConfig.of(new JsonFile(config.name(), JsonValue.EMPTY_JSON_OBJECT)), percent -> {});
        try {
            boolean biased = config.optionalBoolean("bias", true);
            return new DenseLayer(weights::close, Projection.load(weights, "linear", in, out, biased), activation, out);
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static UnaryOperator<MlxArray> activation(JsonFile config) {
        String name = config.optionalString("activation_function").orElse("torch.nn.modules.activation.Tanh");
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "Identity" -> x -> x;
            case "Tanh" -> Ops::tanh;
            default ->
                throw new ModelFormatException(config.name() + ": activation_function " + name + " is not supported");
        };
    }

    int out() {
        return out;
    }

    MlxArray apply(MlxArray x) {
        return activation.apply(projection.apply(x));
    }

    @Override
    public void close() {
        release.run();
    }
}
