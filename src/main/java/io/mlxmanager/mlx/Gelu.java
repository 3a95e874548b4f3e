package io.mlxmanager.mlx;

/** The three functions that are all called GELU. */
public enum Gelu {
    /** {@code x * (1 + erf(x / sqrt 2)) / 2}. */
    ERF,
    /** {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))}. */
    TANH,
    /** {@code x * sigmoid(1.702 x)}. */
    FAST
}
