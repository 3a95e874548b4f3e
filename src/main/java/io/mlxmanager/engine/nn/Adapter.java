package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A fine-tuned change of a model, in mlx-lm's format: for each changed matrix two narrow ones whose product is added to it (LoRA),
 * and perhaps new lengths of its rows (DoRA). It lies beside the model, whose weights stay as they are. Confined to the engine
 * thread; closing it frees its weights.
 */
public final class Adapter implements AutoCloseable {

    /** Changes nothing. */
    public static final Adapter NONE = new Adapter(null, Map.of());

    private static final String FILE = "adapters.safetensors";
    private static final Set<String> KINDS = Set.of("lora", "dora");

    /**
     * The change of one matrix.
     *
     * @param down {@code [in, rank]}
     * @param up {@code [rank, out]}, the scale in it
     * @param lengths {@code [out]} factors on the rows, or null
     */
    private record Change(MlxArray down, MlxArray up, MlxArray lengths) {}

    private final ModelWeights weights;
    private final Map<String, Change> changes;

    private Adapter(ModelWeights weights, Map<String, Change> changes) {
        this.weights = weights;
        this.changes = changes;
    }

    /**
     * Loads an adapter for a model.
     *
     * @param folder with adapter_config.json and adapters.safetensors
     * @throws ModelFormatException naming the file and the tensor that does not fit the model, or the kind that is not supported
     */
    public static Adapter load(Path folder, ModelWeights model) {
        JsonFile config = JsonFile.read(folder.resolve("adapter_config.json"));
        if (config.has("peft_type")) {
            throw new ModelFormatException(config.name() + ": peft_type " + config.requiredString("peft_type")
                    + ": adapters of mlx-lm are supported, not those of PEFT");
        }
        String kind = config.optionalString("fine_tune_type").orElse("lora");
        if (!KINDS.contains(kind)) {
            throw new ModelFormatException(config.name() + ": fine_tune_type " + kind + " is not supported");
        }
        JsonFile parameters = config.optionalObject("lora_parameters")
                .orElseThrow(() -> new ModelFormatException(config.name() + ": missing lora_parameters"));
        double scale = parameters.number("scale", 20);
        int rank = parameters.requiredInt("rank", 1);
        ModelWeights weights = ModelWeights.openFile(folder.resolve(FILE));
        try {
            return new Adapter(weights, changes(weights, Adaptables.of(model), kind.equals("dora"), rank, scale));
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static Map<String, Change> changes(
            ModelWeights weights, Adaptables model, boolean lengths, int rank, double scale) {
        Map<String, Change> changes = new HashMap<>();
        for (String path : paths(weights)) {
            Projection.Adaptable projection = model.at(path);
            if (projection == null) {
                throw new ModelFormatException(FILE + ": " + path
                        + ".lora_a: the model has no such matrix, or none that an adapter can change");
            }
            MlxArray down = weights.floats(path + ".lora_a", projection.in(), rank);
            MlxArray stored = weights.floats(path + ".lora_b", rank, projection.out());
            MlxArray up = weights.derive(() -> Ops.multiply(Ops.astype(stored, Dtype.F32), scale));
            MlxArray factors = null;
            if (lengths) {
                MlxArray wanted = weights.floats(path + ".m", projection.out());
                factors = weights.derive(
                        () -> Ops.divide(Ops.astype(wanted, Dtype.F32), rowLengths(projection, down, up)));
                Ops.eval(factors);
            }
            changes.put(path, new Change(down, up, factors));
        }
        if (changes.isEmpty()) {
            throw new ModelFormatException(FILE + ": no tensor ends in .lora_a");
        }
        return changes;
    }

    private static Set<String> paths(ModelWeights weights) {
        Set<String> paths = new TreeSet<>();
        for (String name : weights.names()) {
            int dot = name.lastIndexOf('.');
            if (dot < 0 || !Set.of(".lora_a", ".lora_b", ".m").contains(name.substring(dot))) {
                throw new ModelFormatException(FILE + ": tensor " + name + " is no part of an adapter");
            }
            paths.add(name.substring(0, dot));
        }
        return paths;
    }

    private static MlxArray rowLengths(Projection.Adaptable projection, MlxArray down, MlxArray up) {
        MlxArray change = Ops.transpose(Ops.matmul(Ops.astype(down, Dtype.F32), up));
        return Ops.sqrt(Ops.sum(Ops.square(Ops.add(projection.matrix(), change)), -1, false));
    }

    /** @param rows adapter of each sequence of {@code x} */
    static MlxArray apply(List<Adapter> rows, Projection.Adaptable projection, MlxArray x, MlxArray y) {
        List<MlxArray> parts = new ArrayList<>();
        for (int from = 0; from < rows.size(); ) {
            int to = from + 1;
            while (to < rows.size() && rows.get(to) == rows.get(from)) {
                to++;
            }
            boolean all = to - from == rows.size();
            parts.add(rows.get(from).apply(projection, all ? x : rows(x, from, to), all ? y : rows(y, from, to)));
            from = to;
        }
        return parts.size() == 1 ? parts.get(0) : Ops.concatenate(0, parts.toArray(MlxArray[]::new));
    }

    private static MlxArray rows(MlxArray x, int from, int to) {
        int[] stop = x.shape();
        int[] start = new int[stop.length];
        start[0] = from;
        stop[0] = to;
        return Ops.slice(x, start, stop);
    }

    private MlxArray apply(Projection.Adaptable projection, MlxArray x, MlxArray y) {
        Change change = changes.get(projection.path());
        if (change == null) {
            return y;
        }
        MlxArray added = Ops.astype(Ops.matmul(Ops.matmul(x, change.down), change.up), y.dtype());
        if (change.lengths == null) {
            return Ops.add(y, added);
        }
        MlxArray bias = projection.bias();
        MlxArray turned = Ops.add(bias == null ? y : Ops.subtract(y, bias), added);
        MlxArray scaled = Ops.multiply(turned, Ops.astype(change.lengths, y.dtype()));
        return bias == null ? scaled : Ops.add(scaled, bias);
    }

    @Override
    public void close() {
        if (weights != null) {
            weights.close();
        }
    }
}
