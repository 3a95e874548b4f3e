package io.mlxmanager.engine.arch;

import java.util.Arrays;

/** Encoders in double precision and in the plainest way: one text at a time, no shared code with the product. */
public final class ReferenceEncoder {

    private final Fixture weights;
    private final int hidden;
    private final int heads;
    private final int layers;

    /** Rows of the table of positions before the first; used by the family with such a table. */
    public int firstPosition;

    public ReferenceEncoder(Fixture weights, int hidden, int heads, int layers) {
        this.weights = weights;
        this.hidden = hidden;
        this.heads = heads;
        this.layers = layers;
    }

    /** The states of a BERT. */
    public double[][] bert(int[] ids) {
        double[] words = weights.values("embeddings.word_embeddings.weight");
        double[] places = weights.values("embeddings.position_embeddings.weight");
        double[] kinds = weights.values("embeddings.token_type_embeddings.weight");
        double[][] x = new double[ids.length][hidden];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < hidden; i++) {
                x[t][i] = words[ids[t] * hidden + i] + places[(firstPosition + t) * hidden + i] + kinds[i];
            }
            x[t] = norm(x[t], "embeddings.LayerNorm", 1e-12);
        }
        for (int layer = 0; layer < layers; layer++) {
            String path = "encoder.layer." + layer + ".";
            double[][] q = each(x, path + "attention.self.query", hidden);
            double[][] k = each(x, path + "attention.self.key", hidden);
            double[][] v = each(x, path + "attention.self.value", hidden);
            double[][] mixed = attention(q, k, v, Integer.MAX_VALUE);
            for (int t = 0; t < x.length; t++) {
                double[] middle = norm(
                        sum(linear(mixed[t], path + "attention.output.dense", hidden), x[t]),
                        path + "attention.output.LayerNorm",
                        1e-12);
                int inner = weights.values(path + "intermediate.dense.bias").length;
                double[] wide = linear(middle, path + "intermediate.dense", inner);
                double[] active =
                        Arrays.stream(wide).map(ReferenceEncoder::gelu).toArray();
                x[t] = norm(
                        sum(linear(active, path + "output.dense", hidden), middle), path + "output.LayerNorm", 1e-12);
            }
        }
        return x;
    }

    /** The states of a ModernBERT whose every third layer looks everywhere, from the first on. */
    public double[][] modernBert(int[] ids, int window, double globalBase, double localBase) {
        double[] words = weights.values("model.embeddings.tok_embeddings.weight");
        double[][] x = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            x[t] = norm(
                    Arrays.copyOfRange(words, ids[t] * hidden, (ids[t] + 1) * hidden), "model.embeddings.norm", 1e-5);
        }
        for (int layer = 0; layer < layers; layer++) {
            String path = "model.layers." + layer + ".";
            boolean everywhere = layer % 3 == 0;
            ReferenceRope rope = ReferenceRope.plain(hidden / heads, everywhere ? globalBase : localBase, false);
            double[][] q = new double[x.length][];
            double[][] k = new double[x.length][];
            double[][] v = new double[x.length][];
            for (int t = 0; t < x.length; t++) {
                double[] read = layer == 0 ? x[t] : norm(x[t], path + "attn_norm", 1e-5);
                double[] all = linear(read, path + "attn.Wqkv", 3 * hidden);
                q[t] = turned(Arrays.copyOfRange(all, 0, hidden), rope, t);
                k[t] = turned(Arrays.copyOfRange(all, hidden, 2 * hidden), rope, t);
                v[t] = Arrays.copyOfRange(all, 2 * hidden, 3 * hidden);
            }
            double[][] mixed = attention(q, k, v, everywhere ? Integer.MAX_VALUE : window / 2);
            for (int t = 0; t < x.length; t++) {
                double[] middle = sum(x[t], linear(mixed[t], path + "attn.Wo", hidden));
                int inner = weights.values(path + "mlp.Wo.weight").length / hidden;
                double[] both = linear(norm(middle, path + "mlp_norm", 1e-5), path + "mlp.Wi", 2 * inner);
                double[] active = new double[inner];
                for (int i = 0; i < inner; i++) {
                    active[i] = gelu(both[i]) * both[inner + i];
                }
                x[t] = sum(middle, linear(active, path + "mlp.Wo", hidden));
            }
        }
        for (int t = 0; t < x.length; t++) {
            x[t] = norm(x[t], "model.final_norm", 1e-5);
        }
        return x;
    }

    private double[] turned(double[] row, ReferenceRope rope, int position) {
        int size = hidden / heads;
        for (int h = 0; h < heads; h++) {
            double[] head = Arrays.copyOfRange(row, h * size, (h + 1) * size);
            rope.turn(head, position);
            System.arraycopy(head, 0, row, h * size, size);
        }
        return row;
    }

    /** @param side how far a token looks on each side */
    private double[][] attention(double[][] q, double[][] k, double[][] v, int side) {
        int size = hidden / heads;
        double[][] out = new double[q.length][hidden];
        for (int h = 0; h < heads; h++) {
            for (int t = 0; t < q.length; t++) {
                double[] scores = new double[q.length];
                double total = 0;
                for (int s = 0; s < q.length; s++) {
                    if (Math.abs(s - t) <= side) {
                        double dot = 0;
                        for (int i = h * size; i < (h + 1) * size; i++) {
                            dot += q[t][i] * k[s][i];
                        }
                        scores[s] = Math.exp(dot / Math.sqrt(size));
                        total += scores[s];
                    }
                }
                for (int s = 0; s < q.length; s++) {
                    for (int i = h * size; i < (h + 1) * size; i++) {
                        out[t][i] += scores[s] / total * v[s][i];
                    }
                }
            }
        }
        return out;
    }

    private double[][] each(double[][] rows, String path, int out) {
        return Arrays.stream(rows).map(row -> linear(row, path, out)).toArray(double[][]::new);
    }

    private double[] linear(double[] x, String path, int out) {
        double[] matrix = weights.values(path + ".weight");
        double[] y = weights.has(path + ".bias") ? weights.values(path + ".bias") : new double[out];
        for (int r = 0; r < out; r++) {
            for (int c = 0; c < x.length; c++) {
                y[r] += matrix[r * x.length + c] * x[c];
            }
        }
        return y;
    }

    private double[] norm(double[] row, String path, double eps) {
        double[] weight = weights.values(path + ".weight");
        double[] bias = weights.has(path + ".bias") ? weights.values(path + ".bias") : new double[row.length];
        double mean = Arrays.stream(row).average().orElse(0);
        double squares =
                Arrays.stream(row).map(value -> (value - mean) * (value - mean)).sum();
        double[] out = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            out[i] = (row[i] - mean) / Math.sqrt(squares / row.length + eps) * weight[i] + bias[i];
        }
        return out;
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        Arrays.setAll(sum, i -> a[i] + b[i]);
        return sum;
    }

    /** By the integral of the bell curve, added up in small steps. */
    static double gelu(double x) {
        int steps = 4000;
        double from = -12;
        double width = (x - from) / steps;
        double area = 0;
        for (int i = 0; i < steps; i++) {
            double a = from + i * width;
            double middle = a + width / 2;
            area += (bell(a) + 4 * bell(middle) + bell(a + width)) * width / 6;
        }
        return x * area;
    }

    private static double bell(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }
}
