package io.mlxmanager.engine.embed;

import java.util.Arrays;

/** What can be done with a vector once it is there. */
public final class Vectors {

    private Vectors() {}

    /** The same direction with the length one; a vector of zeros stays as it is. */
    public static float[] normalised(float[] vector) {
        double length = length(vector);
        float[] unit = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            unit[i] = length == 0 ? 0 : (float) (vector[i] / length);
        }
        return unit;
    }

    /** The first so many numbers, as long as one again. */
    public static float[] shortened(float[] vector, int dimensions) {
        return normalised(Arrays.copyOf(vector, dimensions));
    }

    public static double length(float[] vector) {
        return Math.sqrt(product(vector, vector));
    }

    /** The cosine of the angle between two of one length. */
    public static double similarity(float[] a, float[] b) {
        return product(a, b) / (length(a) * length(b));
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
