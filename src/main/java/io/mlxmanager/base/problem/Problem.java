package io.mlxmanager.base.problem;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A failure with an answer for the client: the kind decides the status, the code names the case for programs, the
 * detail tells a person and must be safe to show to anybody. The cause, if any, is for the log only.
 *
 * <p>Cases that carry more than this have their own subclass: {@link InvalidInput}, {@link RateLimited}.
 */
public class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemKind kind;
    private final String code;

    public Problem(ProblemKind kind, String code, String detail, Throwable cause) {
        super(Objects.requireNonNull(detail, "detail"), cause);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.code = Objects.requireNonNull(code, "code");
    }

    public Problem(ProblemKind kind, String detail) {
        this(kind, kind.code(), detail, null);
    }

    public static Problem badRequest(String detail) {
        return new Problem(ProblemKind.BAD_REQUEST, detail);
    }

    public static Problem unauthorized(String detail) {
        return new Problem(ProblemKind.UNAUTHORIZED, detail);
    }

    public static Problem forbidden(String detail) {
        return new Problem(ProblemKind.FORBIDDEN, detail);
    }

    public static Problem notFound(String detail) {
        return new Problem(ProblemKind.NOT_FOUND, detail);
    }

    public static Problem conflict(String detail) {
        return new Problem(ProblemKind.CONFLICT, detail);
    }

    public static Problem tooLarge(String detail) {
        return new Problem(ProblemKind.TOO_LARGE, detail);
    }

    /** For a fault of ours: {@code cause} goes to the log, the client reads a fixed text. */
    public static Problem internal(Throwable cause) {
        return new Problem(ProblemKind.INTERNAL, ProblemKind.INTERNAL.code(), "Internal server error", cause);
    }

    public static Problem unavailable(String detail, Throwable cause) {
        return new Problem(ProblemKind.UNAVAILABLE, ProblemKind.UNAVAILABLE.code(), detail, cause);
    }

    /** The same problem under a more precise code. */
    public Problem withCode(String preciseCode) {
        return new Problem(kind, preciseCode, detail(), getCause());
    }

    public final ProblemKind kind() {
        return kind;
    }

    public final int status() {
        return kind.status();
    }

    /** Stable machine-readable name of the case, e.g. {@code model_not_found}. */
    public final String code() {
        return code;
    }

    /** Text for the client; never contains a secret, a stack or the text of a foreign exception. */
    public final String detail() {
        return getMessage();
    }

    /** The fields at fault, in the order they were found; empty when no field is to blame. */
    public List<FieldError> errors() {
        return List.of();
    }

    /** Response headers the case demands, e.g. {@code Retry-After}. */
    public Map<String, String> headers() {
        return Map.of();
    }
}
