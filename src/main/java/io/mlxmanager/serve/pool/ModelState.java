package io.mlxmanager.serve.pool;

/** Where a model stands in the pool. */
public enum ModelState {
    LOADING,
    READY,
    UNLOADING
}
