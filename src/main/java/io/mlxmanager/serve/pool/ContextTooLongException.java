package io.mlxmanager.serve.pool;

/** A context longer than the model was made for, or than there can be memory for; the message says what would do. */
public final class ContextTooLongException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private ContextTooLongException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A profile asks for more than its model can. */
    static ContextTooLongException forModel(String id, int asked, int most) {
        return new ContextTooLongException(
                "A context of " + asked + " tokens is asked for; the model " + id + " was made for " + most, null);
    }

    /** @param longest tokens that would fit if nothing else ran */
    static ContextTooLongException forMemory(long asked, int longest, PoolFullException full) {
        return new ContextTooLongException(
                "Memory does not hold " + asked
                        + " tokens of context (prompt and answer together); the longest context that fits" + " is "
                        + longest + " tokens. " + full.getMessage(),
                full);
    }
}
