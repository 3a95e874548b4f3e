package io.mlxmanager.engine.arch;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;

/**
 * A decoder in double precision and in the plainest way: the whole sequence at once, no cache, no shared code with the
 * product. What a family does differently is set field by field.
 */
final class ReferenceDecoder {

    final Fixture weights;
    private final int hidden;
    private final int heads;
    private final int kvHeads;
    private final int headDim;
    private final int vocabulary;
    private final int layers;

    double eps = 1e-6;
    double onePlus;
    boolean layerNorm;
    boolean gelu;
    boolean parallel;
    boolean bothWays;
    /** Whether the states before the head are asked for in place of the logits. */
    boolean states;

    boolean normAllHeads;
    boolean normEachHead;
    double scoreCap;
    double logitCap;
    /** Factor on the queries of a position. */
    IntToDoubleFunction growth = position -> 1;

    ReferenceLatent latent;
    /** A family that shares nothing with the others. */
    Function<int[], double[][]> whole;
    /** Layers that keep a state in place of positions. */
    ReferenceRecurrent recurrent;
    /** Whether queries come with gates for the answer. */
    boolean gatedAttention;

    double scoreScale;
    double embeddingScale = 1;
    double residualScale = 1;
    double logitScale = 1;
    ReferenceExperts experts;
    String feedForward = "mlp.";
    String[] norms = {"input_layernorm", null, "post_attention_layernorm", null};
    IntFunction<ReferenceRope> rope = layer -> null;
    IntUnaryOperator window = layer -> Integer.MAX_VALUE;

    ReferenceDecoder(Fixture weights, int hidden, int heads, int kvHeads, int headDim, int vocabulary, int layers) {
        this.weights = weights;
        this.hidden = hidden;
        this.heads = heads;
        this.kvHeads = kvHeads;
        this.headDim = headDim;
        this.vocabulary = vocabulary;
        this.layers = layers;
        this.scoreScale = 1 / Math.sqrt(headDim);
    }

    /** Logits of every position. */
    double[][] logits(int[] ids) {
        if (whole != null) {
            return whole.apply(ids);
        }
        double[] table = weights.values("model.embed_tokens.weight");
        double[][] x = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            x[t] = Arrays.copyOfRange(table, ids[t] * hidden, (ids[t] + 1) * hidden);
            scale(x[t], embeddingScale);
        }
        for (int layer = 0; layer < layers; layer++) {
            block(x, layer);
        }
        boolean untied = weights.has("lm_head.weight");
        double[][] logits = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            double[] normed = norm(x[t], "model.norm");
            if (states) {
                logits[t] = normed;
                continue;
            }
            logits[t] = multiply(untied ? weights.values("lm_head.weight") : table, normed, vocabulary);
            scale(logits[t], logitScale);
            cap(logits[t], logitCap);
        }
        return logits;
    }

    private void block(double[][] x, int layer) {
        String path = "model.layers." + layer + ".";
        double[][] read = each(x, row -> optional(row, path, norms[0]));
        double[][] looked = looked(read, path, layer);
        double[][] attended = each(looked, row -> optional(row, path, norms[1]));
        if (parallel) {
            for (int t = 0; t < x.length; t++) {
                add(x[t], attended[t]);
                add(x[t], feedForward(read[t], path + feedForward));
            }
            return;
        }
        for (int t = 0; t < x.length; t++) {
            add(x[t], attended[t]);
            add(x[t], optional(feedForward(optional(x[t], path, norms[2]), path + feedForward), path, norms[3]));
        }
    }

    private double[][] looked(double[][] read, String path, int layer) {
        if (recurrent != null && recurrent.serves(path)) {
            return recurrent.mix(this, read, path);
        }
        return latent == null
                ? attention(read, path + "self_attn.", layer)
                : latent.attention(this, weights, read, path + "self_attn.");
    }

    private interface Row {
        double[] of(double[] row);
    }

    private static double[][] each(double[][] rows, Row change) {
        return Arrays.stream(rows).map(change::of).toArray(double[][]::new);
    }

    private double[] optional(double[] row, String path, String name) {
        return name == null ? row : norm(row, path + name);
    }

    double[] norm(double[] row, String name) {
        return norm(row, weights.values(name + ".weight"), eps);
    }

    double[] norm(double[] row, double[] weight, double eps) {
        double mean = layerNorm ? Arrays.stream(row).average().orElse(0) : 0;
        double squares = 0;
        for (double value : row) {
            squares += (value - mean) * (value - mean);
        }
        double factor = 1 / Math.sqrt(squares / row.length + eps);
        double[] out = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            out[i] = (row[i] - mean) * factor * (onePlus + weight[i]);
        }
        return out;
    }

    private double[][] attention(double[][] x, String path, int layer) {
        int queries = heads * headDim;
        int keys = kvHeads * headDim;
        double[][] q = new double[x.length][];
        double[][] k = new double[x.length][];
        double[][] v = new double[x.length][];
        double[][] gates = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            if (gatedAttention) {
                double[] both = linear(x[t], path + "q_proj", 2 * queries);
                q[t] = new double[queries];
                gates[t] = new double[queries];
                for (int i = 0; i < queries; i++) {
                    int at = i / headDim * 2 * headDim + i % headDim;
                    q[t][i] = both[at];
                    gates[t][i] = 1 / (1 + Math.exp(-both[at + headDim]));
                }
                k[t] = linear(x[t], path + "k_proj", keys);
                v[t] = linear(x[t], path + "v_proj", keys);
            } else if (weights.has(path + "qkv_proj.weight")) {
                double[] all = linear(x[t], path + "qkv_proj", queries + 2 * keys);
                q[t] = Arrays.copyOfRange(all, 0, queries);
                k[t] = Arrays.copyOfRange(all, queries, queries + keys);
                v[t] = Arrays.copyOfRange(all, queries + keys, queries + 2 * keys);
            } else {
                q[t] = linear(x[t], path + "q_proj", queries);
                k[t] = linear(x[t], path + "k_proj", keys);
                v[t] = linear(x[t], path + "v_proj", keys);
            }
            q[t] = ready(q[t], path + "q_norm", heads, layer, t);
            scale(q[t], growth.applyAsDouble(t));
            k[t] = ready(k[t], path + "k_norm", kvHeads, layer, t);
        }
        double[][] out = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double[] mixed = new double[queries];
            for (int h = 0; h < heads; h++) {
                mix(q[t], k, v, h, t, layer, path, mixed);
            }
            if (gatedAttention) {
                for (int i = 0; i < queries; i++) {
                    mixed[i] *= gates[t][i];
                }
            }
            out[t] = linear(mixed, path + "o_proj", hidden);
        }
        return out;
    }

    private double[] ready(double[] row, String norm, int count, int layer, int position) {
        double[] whole = normAllHeads ? norm(row, norm) : row;
        double[] out = new double[whole.length];
        for (int h = 0; h < count; h++) {
            double[] head = Arrays.copyOfRange(whole, h * headDim, (h + 1) * headDim);
            if (normEachHead) {
                head = norm(head, norm);
            }
            ReferenceRope turning = rope.apply(layer);
            if (turning != null) {
                turning.turn(head, position);
            }
            System.arraycopy(head, 0, out, h * headDim, headDim);
        }
        return out;
    }

    private void mix(double[] q, double[][] k, double[][] v, int head, int t, int layer, String path, double[] out) {
        int shared = head / (heads / kvHeads);
        int from = Math.max(0, t - Math.min(window.applyAsInt(layer), t + 1) + 1);
        int to = bothWays ? k.length - 1 : t;
        if (bothWays) {
            int side = window.applyAsInt(layer) / 2;
            from = Math.max(0, t - side);
            to = (int) Math.min(to, (long) t + side);
        }
        double[] scores = new double[to + 1];
        double top = Double.NEGATIVE_INFINITY;
        for (int s = from; s <= to; s++) {
            for (int d = 0; d < headDim; d++) {
                scores[s] += q[head * headDim + d] * k[s][shared * headDim + d];
            }
            scores[s] *= scoreScale;
            if (scoreCap > 0) {
                scores[s] = scoreCap * Math.tanh(scores[s] / scoreCap);
            }
            top = Math.max(top, scores[s]);
        }
        double total = weights.has(path + "sinks") ? Math.exp(weights.values(path + "sinks")[head] - top) : 0;
        for (int s = from; s <= to; s++) {
            scores[s] = Math.exp(scores[s] - top);
            total += scores[s];
        }
        for (int s = from; s <= to; s++) {
            for (int d = 0; d < headDim; d++) {
                out[head * headDim + d] += scores[s] / total * v[s][shared * headDim + d];
            }
        }
    }

    private double[] feedForward(double[] x, String path) {
        if (experts != null && experts.serve(path)) {
            return experts.answer(this, x, path);
        }
        return gated(x, path);
    }

    double[] gated(double[] x, String path) {
        double[] gate;
        double[] up;
        if (weights.has(path + "gate_up_proj.weight")) {
            int width = weights.values(path + "gate_up_proj.weight").length / hidden;
            double[] both = linear(x, path + "gate_up_proj", width);
            gate = Arrays.copyOfRange(both, 0, width / 2);
            up = Arrays.copyOfRange(both, width / 2, width);
        } else {
            int width = weights.values(path + "gate_proj.weight").length / hidden;
            gate = linear(x, path + "gate_proj", width);
            up = linear(x, path + "up_proj", width);
        }
        for (int i = 0; i < gate.length; i++) {
            double g = gate[i];
            double active = gelu
                    ? 0.5 * g * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (g + 0.044715 * g * g * g)))
                    : g / (1 + Math.exp(-g));
            gate[i] = active * up[i];
        }
        return linear(gate, path + "down_proj", hidden);
    }

    double[] linear(double[] x, String path, int out) {
        double[] y = multiply(weights.values(path + ".weight"), x, out);
        if (weights.has(path + ".bias")) {
            double[] bias = weights.values(path + ".bias");
            for (int i = 0; i < out; i++) {
                y[i] += bias[i];
            }
        }
        return y;
    }

    static double[] multiply(double[] matrix, double[] x, int rows) {
        double[] y = new double[rows];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < x.length; c++) {
                y[r] += matrix[r * x.length + c] * x[c];
            }
        }
        return y;
    }

    private void add(double[] x, double[] part) {
        for (int i = 0; i < x.length; i++) {
            x[i] += residualScale * part[i];
        }
    }

    static void cap(double[] x, double cap) {
        if (cap > 0) {
            Arrays.setAll(x, i -> cap * Math.tanh(x[i] / cap));
        }
    }

    static void scale(double[] x, double factor) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= factor;
        }
    }
}
