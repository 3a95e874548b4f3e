package io.mlxmanager.engine.arch;

import java.util.Arrays;

/** Layers that keep a state, in double precision and token by token. */
final class ReferenceRecurrent {

    private final Fixture weights;

    int keyHeads;
    int valueHeads;
    int keyDim;
    int valueDim;
    int kernel;
    boolean interleaved;

    ReferenceRecurrent(Fixture weights) {
        this.weights = weights;
    }

    boolean serves(String path) {
        return weights.has(path + "linear_attn.A_log") || weights.has(path + "conv.conv.weight");
    }

    double[][] mix(ReferenceDecoder decoder, double[][] x, String path) {
        return weights.has(path + "conv.conv.weight")
                ? convolution(decoder, x, path + "conv.")
                : delta(decoder, x, path + "linear_attn.");
    }

    private double[][] convolution(ReferenceDecoder decoder, double[][] x, String path) {
        int hidden = x[0].length;
        double[][] gated = new double[x.length][];
        double[][] all = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            all[t] = decoder.linear(x[t], path + "in_proj", 3 * hidden);
            gated[t] = new double[hidden];
            for (int i = 0; i < hidden; i++) {
                gated[t][i] = all[t][i] * all[t][2 * hidden + i];
            }
        }
        double[][] convolved = convolved(gated, path + "conv");
        double[][] out = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double[] row = new double[hidden];
            for (int i = 0; i < hidden; i++) {
                row[i] = all[t][hidden + i] * convolved[t][i];
            }
            out[t] = decoder.linear(row, path + "out_proj", hidden);
        }
        return out;
    }

    private double[][] convolved(double[][] x, String path) {
        double[] taps = weights.values(path + ".weight");
        int features = x[0].length;
        int length = taps.length / features;
        double[][] out = new double[x.length][features];
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < features; i++) {
                out[t][i] = weights.has(path + ".bias") ? weights.values(path + ".bias")[i] : 0;
                for (int j = 0; j < length; j++) {
                    int from = t - (length - 1) + j;
                    out[t][i] += from < 0 ? 0 : taps[i * length + j] * x[from][i];
                }
            }
        }
        return out;
    }

    private double[][] delta(ReferenceDecoder decoder, double[][] x, String path) {
        int keys = keyHeads * keyDim;
        int values = valueHeads * valueDim;
        double[][] mixed = new double[x.length][];
        double[][] gates = new double[x.length][];
        double[][] beta = new double[x.length][];
        double[][] step = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            if (interleaved) {
                apart(decoder.linear(x[t], path + "in_proj_qkvz", 2 * keys + 2 * values), t, mixed, gates);
                double[] both = decoder.linear(x[t], path + "in_proj_ba", 2 * valueHeads);
                int shared = valueHeads / keyHeads;
                beta[t] = new double[valueHeads];
                step[t] = new double[valueHeads];
                for (int h = 0; h < valueHeads; h++) {
                    beta[t][h] = both[h / shared * 2 * shared + h % shared];
                    step[t][h] = both[h / shared * 2 * shared + shared + h % shared];
                }
            } else {
                mixed[t] = decoder.linear(x[t], path + "in_proj_qkv", 2 * keys + values);
                gates[t] = decoder.linear(x[t], path + "in_proj_z", values);
                beta[t] = decoder.linear(x[t], path + "in_proj_b", valueHeads);
                step[t] = decoder.linear(x[t], path + "in_proj_a", valueHeads);
            }
        }
        double[][] convolved = convolved(mixed, path + "conv1d");
        double[][][] states = new double[valueHeads][valueDim][keyDim];
        double[][] out = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double[] row =
                    Arrays.stream(convolved[t]).map(ReferenceRecurrent::silu).toArray();
            double[] answer = new double[values];
            for (int h = 0; h < valueHeads; h++) {
                int head = h / (valueHeads / keyHeads);
                double[] q = unit(row, head * keyDim, 1.0 / keyDim);
                double[] k = unit(row, keys + head * keyDim, 1 / Math.sqrt(keyDim));
                double[] v = Arrays.copyOfRange(row, 2 * keys + h * valueDim, 2 * keys + (h + 1) * valueDim);
                double rate = Math.exp(weights.values(path + "A_log")[h]);
                double softened = Math.log1p(Math.exp(step[t][h] + weights.values(path + "dt_bias")[h]));
                double[] made = step(states[h], q, k, v, Math.exp(-rate * softened), 1 / (1 + Math.exp(-beta[t][h])));
                double[] normed = decoder.norm(made, weights.values(path + "norm.weight"), decoder.eps);
                for (int i = 0; i < valueDim; i++) {
                    answer[h * valueDim + i] = normed[i] * silu(gates[t][h * valueDim + i]);
                }
            }
            out[t] = decoder.linear(answer, path + "out_proj", x[t].length);
        }
        return out;
    }

    /** Queries, keys and values in three parts, and the gates, from what lies side by side for each head of keys. */
    private void apart(double[] all, int t, double[][] mixed, double[][] gates) {
        int keys = keyHeads * keyDim;
        int values = valueHeads * valueDim;
        int each = values / keyHeads;
        mixed[t] = new double[2 * keys + values];
        gates[t] = new double[values];
        for (int h = 0; h < keyHeads; h++) {
            int at = h * (2 * keyDim + 2 * each);
            System.arraycopy(all, at, mixed[t], h * keyDim, keyDim);
            System.arraycopy(all, at + keyDim, mixed[t], keys + h * keyDim, keyDim);
            System.arraycopy(all, at + 2 * keyDim, mixed[t], 2 * keys + h * each, each);
            System.arraycopy(all, at + 2 * keyDim + each, gates[t], h * each, each);
        }
    }

    private static double[] step(double[][] state, double[] q, double[] k, double[] v, double decay, double beta) {
        double[] out = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            double known = 0;
            for (int j = 0; j < k.length; j++) {
                state[i][j] *= decay;
                known += state[i][j] * k[j];
            }
            for (int j = 0; j < k.length; j++) {
                state[i][j] += beta * (v[i] - known) * k[j];
                out[i] += state[i][j] * q[j];
            }
        }
        return out;
    }

    private double[] unit(double[] row, int from, double factor) {
        double[] head = Arrays.copyOfRange(row, from, from + keyDim);
        double mean = Arrays.stream(head).map(value -> value * value).sum() / keyDim;
        return Arrays.stream(head)
                .map(value -> value / Math.sqrt(mean + 1e-6) * factor)
                .toArray();
    }

    private static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }
}
