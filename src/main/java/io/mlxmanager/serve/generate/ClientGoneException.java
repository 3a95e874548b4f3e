package io.mlxmanager.serve.generate;

/** The client closed its connection; the generation is cancelled and nobody needs an answer. */
public final class ClientGoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ClientGoneException(Throwable cause) {
        super("the client is gone", cause);
    }
}
