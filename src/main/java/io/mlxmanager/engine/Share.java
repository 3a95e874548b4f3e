package io.mlxmanager.engine;

/**
 * Whose part of the engine a request uses: tenants get equal parts, and of one tenant's part each key gets as much as any
 * other. Tenants share no cached prompts; keys of one tenant do.
 *
 * @param key which of the tenant's keys the request came with; empty for none, which counts as a key of its own
 */
public record Share(String tenant, String key) {

    /** Of a request that came with no key. */
    public static Share of(String tenant) {
        return new Share(tenant, "");
    }
}
