package io.mlxmanager.engine.sample;

/**
 * What one sequence may be continued with. Called by the engine thread only, between two steps, so that every method has to
 * answer at once wherever that can be arranged; {@link #mask} may be prepared elsewhere while the next step is computed.
 */
public interface TokenConstraint {

    /** Whether a token may come next; cheaper than the whole mask. */
    boolean allows(int id);

    /** All tokens that may come next, those that end the sequence where it may end; at least one unless {@link #complete}. */
    TokenMask mask();

    /** A token was taken. It is allowed, and does not end the sequence. */
    void accept(int id);

    /** Whether nothing can follow, so that the sequence ends without a token that says so. */
    boolean complete();
}
