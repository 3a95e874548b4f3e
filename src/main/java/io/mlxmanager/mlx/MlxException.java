package io.mlxmanager.mlx;

/**
 * Thrown by every operation of this package that cannot be carried out. The message names the operation, the shapes and
 * dtypes of its arrays, and the offending value; the native side throws it too, in place of any C++ exception.
 */
public final class MlxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public MlxException(String message) {
        super(message);
    }

    public MlxException(String message, Throwable cause) {
        super(message, cause);
    }
}
