package io.mlxmanager.mlx;

/** Codes of the one-array operations; the position is the code, and a test compares it with the native list. */
enum UnaryOp {
    NEGATIVE,
    ABS,
    EXP,
    LOG,
    SQRT,
    RSQRT,
    SQUARE,
    SIN,
    COS,
    TANH,
    ERF,
    SIGMOID,
    SILU,
    GELU_ERF,
    GELU_TANH,
    GELU_FAST,
    FLOOR,
    LOGICAL_NOT
}
