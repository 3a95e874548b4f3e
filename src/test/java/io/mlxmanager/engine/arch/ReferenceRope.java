package io.mlxmanager.engine.arch;

/**
 * Rotary positions in double precision, by inverse frequencies, as the papers and the families' own code write them.
 *
 * @param inverse {@code [dims / 2]} angle per position
 * @param neighbours whether neighbouring elements form a pair, rather than halves
 * @param magnitude factor on the elements that turn
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ReferenceRope(double[] inverse, boolean neighbours, double magnitude) {

    static ReferenceRope plain(int dims, double base, boolean neighbours) {
        double[] inverse = new double[dims / 2];
        for (int i = 0; i < inverse.length; i++) {
            inverse[i] = 1 / Math.pow(base, 2.0 * i / dims);
        }
        return new ReferenceRope(inverse, neighbours, 1);
    }

    static ReferenceRope linear(int dims, double base, double factor) {
        ReferenceRope rope = plain(dims, base, false);
        for (int i = 0; i < rope.inverse.length; i++) {
            rope.inverse[i] /= factor;
        }
        return rope;
    }

    static ReferenceRope llama3(int dims, double base, double factor, double low, double high, double original) {
        ReferenceRope rope = plain(dims, base, false);
        for (int i = 0; i < rope.inverse.length; i++) {
            double inverse = rope.inverse[i];
            double wavelength = 2 * Math.PI / inverse;
            if (wavelength > original / low) {
                rope.inverse[i] = inverse / factor;
            } else if (wavelength >= original / high) {
                double smooth = (original / wavelength - low) / (high - low);
                rope.inverse[i] = (1 - smooth) * inverse / factor + smooth * inverse;
            }
        }
        return rope;
    }

    static ReferenceRope yarn(int dims, double base, double factor, double original) {
        return yarn(dims, base, factor, original, false, 0.1 * Math.log(factor) + 1);
    }

    static ReferenceRope yarn(
            int dims, double base, double factor, double original, boolean neighbours, double magnitude) {
        ReferenceRope rope = plain(dims, base, false);
        double low = Math.max(0, Math.floor(dims * Math.log(original / (32 * 2 * Math.PI)) / (2 * Math.log(base))));
        double high = Math.min(dims - 1.0, Math.ceil(dims * Math.log(original / (2 * Math.PI)) / (2 * Math.log(base))));
        for (int i = 0; i < rope.inverse.length; i++) {
            double ramp = Math.min(1, Math.max(0, (i - low) / Math.max(high - low, 0.001)));
            double extrapolated = 1 - ramp;
            rope.inverse[i] = rope.inverse[i] / factor * (1 - extrapolated) + rope.inverse[i] * extrapolated;
        }
        return new ReferenceRope(rope.inverse, neighbours, magnitude);
    }

    static ReferenceRope longrope(int dims, double base, double[] factors, double longest, double original) {
        ReferenceRope rope = plain(dims, base, false);
        for (int i = 0; i < rope.inverse.length; i++) {
            rope.inverse[i] /= factors[i];
        }
        double magnitude = Math.sqrt(1 + Math.log(longest / original) / Math.log(original));
        return new ReferenceRope(rope.inverse, false, magnitude);
    }

    /** @param turning elements whose pairs turn, as fast as they do among all of them */
    static ReferenceRope proportional(int dims, int turning, double base) {
        ReferenceRope rope = plain(dims, base, false);
        for (int i = turning / 2; i < rope.inverse.length; i++) {
            rope.inverse[i] = 0;
        }
        return rope;
    }

    /** Turns one head in place. */
    void turn(double[] head, int position) {
        int pairs = inverse.length;
        for (int i = 0; i < pairs; i++) {
            int first = neighbours ? 2 * i : i;
            int second = neighbours ? 2 * i + 1 : i + pairs;
            double cos = Math.cos(position * inverse[i]) * magnitude;
            double sin = Math.sin(position * inverse[i]) * magnitude;
            double a = head[first];
            double b = head[second];
            head[first] = a * cos - b * sin;
            head[second] = b * cos + a * sin;
        }
    }
}
