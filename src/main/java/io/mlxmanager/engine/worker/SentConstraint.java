package io.mlxmanager.engine.worker;

import io.mlxmanager.engine.sample.TokenConstraint;
import io.mlxmanager.engine.sample.TokenMask;
import java.util.Optional;

/**
 * The worker's end of a constraint whose grammar is with the server: one mask for each token, sent as soon as the token before
 * is known there. The engine thread waits for it only when the step was faster than the way there and back.
 */
final class SentConstraint implements TokenConstraint {

    /** When nobody is interested in the token any more. */
    private static final TokenMask ANY = TokenMask.few(new int[] {0});

    private Optional<TokenMask> current = Optional.empty();
    private boolean released;
    private boolean awaited;

    /** A mask came. */
    synchronized void put(TokenMask mask) {
        current = Optional.of(mask);
        notifyAll();
    }

    /** No more masks will come: the generation ends. */
    synchronized void release() {
        released = true;
        notifyAll();
    }

    @Override
    public boolean allows(int id) {
        return mask().contains(id);
    }

    /** Whether the engine's thread waits for a mask. */
    synchronized boolean isAwaited() {
        return awaited;
    }

    @Override
    public synchronized TokenMask mask() {
        boolean interrupted = false;
        awaited = true;
        while (current.isEmpty() && !released) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        awaited = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return released ? ANY : current.get();
    }

    @Override
    public synchronized void accept(int id) {
        current = Optional.empty();
    }

    /** The server finds that out, and cancels. */
    @Override
    public boolean complete() {
        return false;
    }
}
