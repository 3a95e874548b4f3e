package io.mlxmanager.engine.arch;

import java.util.Arrays;

/**
 * Latent attention in double precision as the papers write it: keys and values of every head are made from the small vector.
 *
 * @param keyRank features of the small vector
 * @param plain elements of a key that positions do not turn
 * @param turned elements that they do
 * @param value elements of a value
 */
record ReferenceLatent(
        int heads, int keyRank, int plain, int turned, int value, double scale, ReferenceRope rope, double eps) {

    double[][] attention(ReferenceDecoder decoder, Fixture weights, double[][] x, String path) {
        int length = x.length;
        double[][][] q = new double[length][heads][];
        double[][][] k = new double[length][heads][];
        double[][][] v = new double[length][heads][];
        for (int t = 0; t < length; t++) {
            queries(decoder, weights, x[t], path, t, q[t]);
            keysAndValues(decoder, weights, x[t], path, t, k[t], v[t]);
        }
        double[][] out = new double[length][];
        for (int t = 0; t < length; t++) {
            double[] mixed = new double[heads * value];
            for (int h = 0; h < heads; h++) {
                double[] shares = new double[t + 1];
                double total = 0;
                for (int s = 0; s <= t; s++) {
                    shares[s] = Math.exp(scale * ReferenceDecoder.multiply(q[t][h], k[s][h], 1)[0]);
                    total += shares[s];
                }
                for (int s = 0; s <= t; s++) {
                    for (int d = 0; d < value; d++) {
                        mixed[h * value + d] += shares[s] / total * v[s][h][d];
                    }
                }
            }
            out[t] = decoder.linear(mixed, path + "o_proj", x[t].length);
        }
        return out;
    }

    private void queries(
            ReferenceDecoder decoder, Fixture weights, double[] x, String path, int position, double[][] out) {
        int width = heads * (plain + turned);
        double[] all;
        if (weights.has(path + "q_a_proj.weight")) {
            double[] norm = weights.values(path + "q_a_layernorm.weight");
            double[] small = decoder.norm(decoder.linear(x, path + "q_a_proj", norm.length), norm, eps);
            all = decoder.linear(small, path + "q_b_proj", width);
        } else {
            all = decoder.linear(x, path + "q_proj", width);
        }
        for (int h = 0; h < heads; h++) {
            out[h] = turn(Arrays.copyOfRange(all, h * (plain + turned), (h + 1) * (plain + turned)), position);
        }
    }

    private double[] turn(double[] head, int position) {
        double[] part = Arrays.copyOfRange(head, plain, plain + turned);
        rope.turn(part, position);
        System.arraycopy(part, 0, head, plain, turned);
        return head;
    }

    private void keysAndValues(
            ReferenceDecoder decoder,
            Fixture weights,
            double[] x,
            String path,
            int position,
            double[][] keys,
            double[][] values) {
        double[] both = decoder.linear(x, path + "kv_a_proj_with_mqa", keyRank + turned);
        double[] small =
                decoder.norm(Arrays.copyOf(both, keyRank), weights.values(path + "kv_a_layernorm.weight"), eps);
        for (int h = 0; h < heads; h++) {
            double[] key = new double[plain + turned];
            if (weights.has(path + "kv_b_proj.weight")) {
                double[] all = weights.values(path + "kv_b_proj.weight");
                int from = h * (plain + value) * keyRank;
                System.arraycopy(rows(all, from, plain, small), 0, key, 0, plain);
                values[h] = rows(all, from + plain * keyRank, value, small);
            } else {
                double[] toKeys = weights.values(path + "embed_q.weight");
                for (int d = 0; d < plain; d++) {
                    for (int r = 0; r < keyRank; r++) {
                        key[d] += toKeys[(h * keyRank + r) * plain + d] * small[r];
                    }
                }
                values[h] = rows(weights.values(path + "unembed_out.weight"), h * value * keyRank, value, small);
            }
            System.arraycopy(both, keyRank, key, plain, turned);
            keys[h] = turn(key, position);
        }
    }

    private static double[] rows(double[] all, int from, int count, double[] x) {
        return ReferenceDecoder.multiply(Arrays.copyOfRange(all, from, from + count * x.length), x, count);
    }
}
