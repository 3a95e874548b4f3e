package io.mlxmanager.serve.pool;

/** Leases of nothing, for tests of those who hold some. */
public final class Leases {

    private Leases() {}

    /** @param release what happens when it is given back */
    public static ModelLease of(Runnable release) {
        return new ModelLease(null, new PoolTicket<>("m", 1), null, null, release);
    }
}
