package io.mlxmanager.engine.arch;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;

/** Experts in double precision, one after the other, each for itself. What a family does differently is set field by field. */
final class ReferenceExperts {

    private final Fixture weights;
    private final int count;
    private final int chosen;

    String router = "gate";
    boolean sigmoid;
    boolean softmaxOfChosen;
    boolean normed;
    boolean clamped;
    double scale = 1;
    int groups = 1;
    int chosenGroups = 1;
    /** Layers before this one have one feed-forward part. */
    int firstLayer;

    ReferenceExperts(Fixture weights, int count, int chosen) {
        this.weights = weights;
        this.count = count;
        this.chosen = chosen;
    }

    /** Whether a feed-forward part has experts. */
    boolean serve(String path) {
        int layer = Integer.parseInt(path.replaceAll(".*layers\\.(\\d+)\\..*", "$1"));
        return layer >= firstLayer && weights.has(path + router + ".weight");
    }

    double[] answer(ReferenceDecoder decoder, double[] x, String path) {
        double[] raw = decoder.linear(x, path + router, count);
        double[] scores = softmaxOfChosen ? raw : sigmoid ? sigmoid(raw) : softmax(raw);
        double[] ranked = scores.clone();
        String correction = path + router + ".e_score_correction_bias";
        if (weights.has(correction)) {
            double[] bias = weights.values(correction);
            Arrays.setAll(ranked, i -> scores[i] + bias[i]);
        }
        limit(ranked);
        int[] best = best(ranked, chosen);
        double[] shares = Arrays.stream(best).mapToDouble(i -> scores[i]).toArray();
        if (softmaxOfChosen) {
            shares = softmax(shares);
        }
        double total = normed ? Arrays.stream(shares).sum() : 1;
        double[] out = new double[x.length];
        for (int i = 0; i < chosen; i++) {
            double[] part = expert(x, path, best[i]);
            for (int j = 0; j < out.length; j++) {
                out[j] += scale * shares[i] / total * part[j];
            }
        }
        if (weights.has(path + "shared_experts.down_proj.weight")) {
            double[] shared = decoder.gated(x, path + "shared_experts.");
            Arrays.setAll(out, j -> out[j] + shared[j]);
        }
        if (weights.has(path + "shared_expert.down_proj.weight")) {
            double[] shared = decoder.gated(x, path + "shared_expert.");
            double gate = sigmoid(decoder.linear(x, path + "shared_expert_gate", 1))[0];
            Arrays.setAll(out, j -> out[j] + gate * shared[j]);
        }
        return out;
    }

    private void limit(double[] ranked) {
        if (groups == 1) {
            return;
        }
        int size = count / groups;
        double[] ofGroups = new double[groups];
        for (int g = 0; g < groups; g++) {
            double[] group = Arrays.copyOfRange(ranked, g * size, (g + 1) * size);
            int[] order = best(group, size);
            ofGroups[g] = sigmoid ? group[order[0]] + group[order[1]] : group[order[0]];
        }
        int[] kept = best(ofGroups, chosenGroups);
        for (int i = 0; i < count; i++) {
            int group = i / size;
            if (Arrays.stream(kept).noneMatch(g -> g == group)) {
                ranked[i] = 0;
            }
        }
    }

    private double[] expert(double[] x, String path, int number) {
        double[] gate = matrix(x, path, "gate_proj", number);
        double[] up = matrix(x, path, "up_proj", number);
        for (int i = 0; i < gate.length; i++) {
            if (clamped) {
                double g = Math.min(gate[i], 7);
                gate[i] = g / (1 + Math.exp(-1.702 * g)) * (Math.max(-7, Math.min(7, up[i])) + 1);
            } else {
                gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
            }
        }
        return matrix(gate, path, "down_proj", number);
    }

    private double[] matrix(double[] x, String path, String name, int number) {
        for (String place : new String[] {"switch_mlp.", "experts."}) {
            if (weights.has(path + place + name + ".weight")) {
                double[] y = part(weights.values(path + place + name + ".weight"), number, x);
                String bias = path + place + name + ".bias";
                if (weights.has(bias)) {
                    double[] all = weights.values(bias);
                    Arrays.setAll(y, i -> y[i] + all[number * y.length + i]);
                }
                return y;
            }
        }
        String single = path + "experts." + number + ".";
        String old = single
                + Map.of("gate_proj", "w1", "up_proj", "w3", "down_proj", "w2").get(name) + ".weight";
        double[] alone = weights.values(weights.has(old) ? old : single + name + ".weight");
        return ReferenceDecoder.multiply(alone, x, alone.length / x.length);
    }

    private double[] part(double[] all, int number, double[] x) {
        int size = all.length / count;
        return ReferenceDecoder.multiply(
                Arrays.copyOfRange(all, number * size, (number + 1) * size), x, size / x.length);
    }

    private static double[] sigmoid(double[] x) {
        return Arrays.stream(x).map(value -> 1 / (1 + Math.exp(-value))).toArray();
    }

    private static double[] softmax(double[] x) {
        double top = Arrays.stream(x).max().orElseThrow();
        double total = Arrays.stream(x).map(value -> Math.exp(value - top)).sum();
        return Arrays.stream(x).map(value -> Math.exp(value - top) / total).toArray();
    }

    /** A choice that rounding could turn proves nothing: such a model needs another seed. */
    static int[] best(double[] x, int count) {
        int[] order = IntStream.range(0, x.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -x[i]))
                .mapToInt(i -> i)
                .toArray();
        if (count < order.length && x[order[count - 1]] != 0 && x[order[count - 1]] - x[order[count]] < 2e-6) {
            throw new IllegalStateException("experts " + order[count - 1] + " and " + order[count] + " are tied");
        }
        return Arrays.copyOf(order, count);
    }
}
