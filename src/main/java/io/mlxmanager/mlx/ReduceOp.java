package io.mlxmanager.mlx;

/** Codes of the reductions along an axis; the position is the code, and a test compares it with the native list. */
enum ReduceOp {
    SUM,
    MAX,
    MIN,
    MEAN,
    LOGSUMEXP,
    ARGMAX,
    ARGMIN
}
