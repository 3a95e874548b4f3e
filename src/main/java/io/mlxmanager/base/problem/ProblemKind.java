package io.mlxmanager.base.problem;

/**
 * The kinds of failure the HTTP surface distinguishes: status, the last part of the problem type URI, a title and the
 * error code used when the thrower names none.
 */
public enum ProblemKind {
    BAD_REQUEST(400, "bad-request", "Bad Request", "invalid_request"),
    UNAUTHORIZED(401, "unauthorized", "Unauthorized", "unauthorized"),
    FORBIDDEN(403, "forbidden", "Forbidden", "forbidden"),
    NOT_FOUND(404, "not-found", "Not Found", "resource_not_found"),
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "Method Not Allowed", "method_not_allowed"),
    NOT_ACCEPTABLE(406, "not-acceptable", "Not Acceptable", "not_acceptable"),
    TIMEOUT(408, "timeout", "Request Timeout", "request_timeout"),
    CONFLICT(409, "conflict", "Conflict", "conflict"),
    GONE(410, "gone", "Gone", "gone"),
    TOO_LARGE(413, "content-too-large", "Content Too Large", "content_too_large"),
    UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "Unsupported Media Type", "unsupported_media_type"),
    INVALID_INPUT(422, "validation-error", "Unprocessable Content", "validation_error"),
    RATE_LIMITED(429, "rate-limited", "Too Many Requests", "rate_limited"),
    INTERNAL(500, "internal-error", "Internal Server Error", "internal_error"),
    BAD_GATEWAY(502, "bad-gateway", "Bad Gateway", "bad_gateway"),
    UNAVAILABLE(503, "service-unavailable", "Service Unavailable", "service_unavailable");

    private final int status;
    private final String slug;
    private final String title;
    private final String code;

    ProblemKind(int status, String slug, String title, String code) {
        this.status = status;
        this.slug = slug;
        this.title = title;
        this.code = code;
    }

    /** HTTP status, 400 to 599. */
    public int status() {
        return status;
    }

    /** Last segment of the problem type URI, lower case with dashes. */
    public String slug() {
        return slug;
    }

    public String title() {
        return title;
    }

    /** Stable machine-readable code of this kind, lower case with underscores. */
    public String code() {
        return code;
    }

    /**
     * The kind with that status; a status of no kind falls back to the first of its class (400 for 4xx, 500 for
     * everything else).
     */
    public static ProblemKind ofStatus(int status) {
        for (ProblemKind kind : values()) {
            if (kind.status == status) {
                return kind;
            }
        }
        return status >= 400 && status < 500 ? BAD_REQUEST : INTERNAL;
    }
}
