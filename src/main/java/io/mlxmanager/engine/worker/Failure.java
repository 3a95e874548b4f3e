package io.mlxmanager.engine.worker;

import io.mlxmanager.engine.weights.ModelFormatException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/** What went wrong in the other process, as far as somebody here can make something of it. */
record Failure(Kind kind, String message) {

    /** The exceptions that are told apart. */
    enum Kind {
        FORMAT,
        ARGUMENT,
        CANCELLED,
        OTHER
    }

    static Failure of(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        Kind kind = Kind.OTHER;
        if (cause instanceof ModelFormatException) {
            kind = Kind.FORMAT;
        } else if (cause instanceof IllegalArgumentException) {
            kind = Kind.ARGUMENT;
        } else if (cause instanceof CancellationException) {
            kind = Kind.CANCELLED;
        }
        return new Failure(kind, cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }

    RuntimeException exception() {
        return switch (kind) {
            case FORMAT -> new ModelFormatException(message);
            case ARGUMENT -> new IllegalArgumentException(message);
            case CANCELLED -> new CancellationException(message);
            case OTHER -> new IllegalStateException(message);
        };
    }
}
