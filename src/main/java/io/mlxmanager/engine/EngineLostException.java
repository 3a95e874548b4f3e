package io.mlxmanager.engine;

/** The process that the engine ran in has ended, and what it was doing with it. The message says how, for people. */
public final class EngineLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public EngineLostException(String message) {
        super(message);
    }
}
