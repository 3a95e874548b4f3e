package io.mlxmanager.engine.arch;

import static io.mlxmanager.engine.arch.FamilyCase.HEADS;
import static io.mlxmanager.engine.arch.FamilyCase.HEAD_DIM;
import static io.mlxmanager.engine.arch.FamilyCase.HIDDEN;
import static io.mlxmanager.engine.arch.FamilyCase.LAYERS;
import static io.mlxmanager.engine.arch.FamilyCase.VOCABULARY;

import java.util.Arrays;

/** Gemma 4 in double precision, the whole sequence at once. Odd layers look back on everything, even ones on a window. */
final class ReferenceGemma4 {

    private final Fixture weights;
    private final ReferenceDecoder decoder;
    private final int window;
    private final int globalDim;
    private final int globalKvHeads;
    private final int sharing;
    private final double[][][] keys = new double[LAYERS][][];
    private final double[][][] values = new double[LAYERS][][];

    /**
     * @param globalDim elements of a head in the layers that look back on everything
     * @param globalKvHeads heads of keys in those
     * @param sharing layers at the end that use keys and values of two layers before the first of them
     */
    ReferenceGemma4(ReferenceDecoder decoder, int window, int globalDim, int globalKvHeads, int sharing) {
        this.weights = decoder.weights;
        this.decoder = decoder;
        this.window = window;
        this.globalDim = globalDim;
        this.globalKvHeads = globalKvHeads;
        this.sharing = sharing;
    }

    double[][] logits(int[] ids) {
        double[] table = weights.values("model.embed_tokens.weight");
        double[][] x = new double[ids.length][];
        double[][] inputs = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            x[t] = Arrays.copyOfRange(table, ids[t] * HIDDEN, (ids[t] + 1) * HIDDEN);
            ReferenceDecoder.scale(x[t], Math.sqrt(HIDDEN));
            inputs[t] = inputs(ids[t], x[t]);
        }
        for (int layer = 0; layer < LAYERS; layer++) {
            block(x, inputs, layer);
        }
        double[][] logits = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            logits[t] = ReferenceDecoder.multiply(table, decoder.norm(x[t], "model.norm"), VOCABULARY);
            ReferenceDecoder.cap(logits[t], 30);
        }
        return logits;
    }

    /** What all layers read of one token, one behind the other; null where they read nothing. */
    private double[] inputs(int id, double[] x) {
        if (!weights.has("model.embed_tokens_per_layer.weight")) {
            return null;
        }
        double[] table = weights.values("model.embed_tokens_per_layer.weight");
        int width = table.length / VOCABULARY;
        int features = width / LAYERS;
        double[] seen = decoder.linear(x, "model.per_layer_model_projection", width);
        double[] all = new double[width];
        for (int layer = 0; layer < LAYERS; layer++) {
            double[] part = Arrays.copyOfRange(seen, layer * features, (layer + 1) * features);
            ReferenceDecoder.scale(part, 1 / Math.sqrt(HIDDEN));
            part = decoder.norm(part, "model.per_layer_projection_norm");
            for (int i = 0; i < features; i++) {
                double told = table[id * width + layer * features + i] * Math.sqrt(features);
                all[layer * features + i] = (part[i] + told) / Math.sqrt(2);
            }
        }
        return all;
    }

    private void block(double[][] x, double[][] inputs, int layer) {
        String path = "model.layers." + layer + ".";
        double[][] attended = attention(x, path, layer);
        for (int t = 0; t < x.length; t++) {
            add(x[t], decoder.norm(attended[t], path + "post_attention_layernorm"));
            double[] fed = decoder.gated(decoder.norm(x[t], path + "pre_feedforward_layernorm"), path + "mlp.");
            if (weights.has(path + "router.proj.weight")) {
                fed = decoder.norm(fed, path + "post_feedforward_layernorm_1");
                add(fed, decoder.norm(experts(x[t], path), path + "post_feedforward_layernorm_2"));
            }
            add(x[t], decoder.norm(fed, path + "post_feedforward_layernorm"));
            if (inputs[t] != null) {
                int features = inputs[t].length / LAYERS;
                double[] gate = decoder.linear(x[t], path + "per_layer_input_gate", features);
                for (int i = 0; i < features; i++) {
                    gate[i] = gelu(gate[i]) * inputs[t][layer * features + i];
                }
                double[] back = decoder.linear(gate, path + "per_layer_projection", HIDDEN);
                add(x[t], decoder.norm(back, path + "post_per_layer_input_norm"));
            }
            ReferenceDecoder.scale(x[t], weights.values(path + "layer_scalar")[0]);
        }
    }

    private double[][] attention(double[][] x, String path, int layer) {
        boolean global = layer % 2 == 1;
        int dim = global ? globalDim : HEAD_DIM;
        int kvHeads = global ? globalKvHeads : FamilyCase.KV_HEADS;
        ReferenceRope rope =
                global ? ReferenceRope.proportional(dim, dim / 4, 1_000_000) : ReferenceRope.plain(dim, 10_000, false);
        String self = path + "self_attn.";
        boolean own = layer < LAYERS - sharing;
        double[][] q = new double[x.length][];
        double[][] k = own ? new double[x.length][] : keys[layer - 2];
        double[][] v = own ? new double[x.length][] : values[layer - 2];
        for (int t = 0; t < x.length; t++) {
            double[] read = decoder.norm(x[t], path + "input_layernorm");
            q[t] = heads(decoder.linear(read, self + "q_proj", HEADS * dim), HEADS, self + "q_norm", rope, t);
            if (own) {
                double[] key = decoder.linear(read, self + "k_proj", kvHeads * dim);
                double[] value = weights.has(self + "v_proj.weight")
                        ? decoder.linear(read, self + "v_proj", kvHeads * dim)
                        : key.clone();
                k[t] = heads(key, kvHeads, self + "k_norm", rope, t);
                v[t] = heads(value, kvHeads, null, null, t);
            }
        }
        keys[layer] = k;
        values[layer] = v;
        double[][] out = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double[] mixed = new double[HEADS * dim];
            for (int h = 0; h < HEADS; h++) {
                mix(q[t], k, v, h, h / (HEADS / kvHeads), dim, global ? 0 : Math.max(0, t - window + 1), t, mixed);
            }
            out[t] = decoder.linear(mixed, self + "o_proj", HIDDEN);
        }
        return out;
    }

    private double[] heads(double[] row, int count, String norm, ReferenceRope rope, int position) {
        int dim = row.length / count;
        double[] unit = new double[dim];
        Arrays.fill(unit, 1);
        for (int h = 0; h < count; h++) {
            double[] head = Arrays.copyOfRange(row, h * dim, (h + 1) * dim);
            head = decoder.norm(head, norm == null ? unit : weights.values(norm + ".weight"), 1e-6);
            if (rope != null) {
                rope.turn(head, position);
            }
            System.arraycopy(head, 0, row, h * dim, dim);
        }
        return row;
    }

    private static void mix(
            double[] q, double[][] k, double[][] v, int head, int shared, int dim, int from, int to, double[] out) {
        double[] shares = new double[to + 1];
        double total = 0;
        for (int s = from; s <= to; s++) {
            double score = 0;
            for (int d = 0; d < dim; d++) {
                score += q[head * dim + d] * k[s][shared * dim + d];
            }
            shares[s] = Math.exp(score);
            total += shares[s];
        }
        for (int s = from; s <= to; s++) {
            for (int d = 0; d < dim; d++) {
                out[head * dim + d] += shares[s] / total * v[s][shared * dim + d];
            }
        }
    }

    private double[] experts(double[] x, String path) {
        double[] scale = weights.values(path + "router.scale");
        double[] normed = decoder.norm(
                x, Arrays.stream(scale).map(s -> s / Math.sqrt(HIDDEN)).toArray(), 1e-6);
        double[] factors = weights.values(path + "router.per_expert_scale");
        double[] raw = decoder.linear(normed, path + "router.proj", factors.length);
        int[] best = ReferenceExperts.best(raw, Gemma4Families.CHOSEN);
        double total = Arrays.stream(best).mapToDouble(e -> Math.exp(raw[e])).sum();
        double[] read = decoder.norm(x, path + "pre_feedforward_layernorm_2");
        double[] out = new double[HIDDEN];
        for (int e : best) {
            double[] gate = matrix(read, path + "experts.switch_glu.gate_proj", e, factors.length);
            double[] up = matrix(read, path + "experts.switch_glu.up_proj", e, factors.length);
            for (int i = 0; i < gate.length; i++) {
                gate[i] = gelu(gate[i]) * up[i];
            }
            double[] part = matrix(gate, path + "experts.switch_glu.down_proj", e, factors.length);
            for (int i = 0; i < HIDDEN; i++) {
                out[i] += Math.exp(raw[e]) / total * factors[e] * part[i];
            }
        }
        return out;
    }

    private double[] matrix(double[] x, String path, int number, int count) {
        double[] all = weights.values(path + ".weight");
        int size = all.length / count;
        double[] own = Arrays.copyOfRange(all, number * size, (number + 1) * size);
        return ReferenceDecoder.multiply(own, x, size / x.length);
    }

    private static double gelu(double g) {
        return 0.5 * g * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (g + 0.044715 * g * g * g)));
    }

    private static void add(double[] x, double[] part) {
        for (int i = 0; i < x.length; i++) {
            x[i] += part[i];
        }
    }
}
