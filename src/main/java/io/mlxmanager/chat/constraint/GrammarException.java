package io.mlxmanager.chat.constraint;

import java.util.Objects;

/** A schema, expression or grammar that cannot be kept to. The message is meant for the caller. */
public final class GrammarException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Whether the caller wrote something wrong or something this server does not know. */
    public enum Kind {
        INVALID,
        UNSUPPORTED
    }

    private final Kind kind;
    private final String path;

    /**
     * @param path inside the schema, for example {@code properties.name.not}; empty when it is the whole
     * @param message what is wrong, without the path
     */
    public GrammarException(Kind kind, String path, String message) {
        super(message);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.path = Objects.requireNonNull(path, "path");
    }

    static GrammarException invalid(String path, String message) {
        return new GrammarException(Kind.INVALID, path, message);
    }

    static GrammarException unsupported(String path, String message) {
        return new GrammarException(Kind.UNSUPPORTED, path, message);
    }

    public Kind kind() {
        return kind;
    }

    public String path() {
        return path;
    }
}
