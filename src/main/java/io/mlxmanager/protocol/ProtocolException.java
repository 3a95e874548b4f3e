package io.mlxmanager.protocol;

import java.util.Objects;
import java.util.Optional;

/** A request that cannot be served as written. The message is meant for the caller and names the offending field. */
public final class ProtocolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of problem it is; the lower-case name is the wire form. */
    public enum Code {
        INVALID_JSON,
        MISSING_REQUIRED_PARAMETER,
        INVALID_TYPE,
        INVALID_VALUE,
        UNSUPPORTED_PARAMETER,
        UNSUPPORTED_VALUE,
        UNKNOWN_PARAMETER
    }

    private final String param;
    private final Code code;

    /**
     * @param param path of the field, for example {@code messages[2].content}; empty when it is the body as a whole
     * @param message what is wrong and what would be right
     */
    public ProtocolException(Code code, String param, String message) {
        super(message);
        this.code = Objects.requireNonNull(code, "code");
        this.param = Objects.requireNonNull(param, "param");
    }

    /** The offending field, or empty when it is the body as a whole. */
    public Optional<String> param() {
        return param.isEmpty() ? Optional.empty() : Optional.of(param);
    }

    public Code code() {
        return code;
    }
}
