package io.mlxmanager.engine.weights;

/** A model folder that cannot be used. The message names the file and, where there is one, the field or the tensor. */
public final class ModelFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ModelFormatException(String message) {
        super(message);
    }

    public ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
