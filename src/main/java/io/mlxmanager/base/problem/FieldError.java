package io.mlxmanager.base.problem;

import java.util.Objects;

/**
 * One thing wrong with one field of a request.
 *
 * @param field path of the field as the client wrote it, e.g. {@code messages[2].role}; empty for the body as a whole
 * @param message what is wrong, safe to show, without the offending value
 */
public record FieldError(String field, String message) {

    public FieldError {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(message, "message");
    }
}
