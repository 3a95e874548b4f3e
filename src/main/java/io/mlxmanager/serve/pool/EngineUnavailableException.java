package io.mlxmanager.serve.pool;

/** There is no local engine; the message says why and what to do. */
public final class EngineUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public EngineUnavailableException(String reason) {
        super(reason);
    }
}
