package io.mlxmanager.api.problem;

import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;

/** The ways a problem is written: as the management API, OpenAI's clients and Anthropic's clients expect it. */
public enum ErrorFormat {
    /** RFC 9457 with {@code detail}; also carries the error code, the request id and the fields at fault. */
    PROBLEM_JSON("application/problem+json") {
        @Override
        public JsonObject body(Problem problem, String requestId, String path) {
            JsonObjectBuilder body = Json.createObjectBuilder()
                    .add("type", "urn:mlx-manager:error:" + problem.kind().slug())
                    .add("title", problem.kind().title())
                    .add("status", problem.status())
                    .add("detail", problem.detail())
                    .add("instance", path)
                    .add("request_id", requestId)
                    .add("error_code", problem.code());
            if (!problem.errors().isEmpty()) {
                JsonArrayBuilder errors = Json.createArrayBuilder();
                for (FieldError error : problem.errors()) {
                    errors.add(Json.createObjectBuilder()
                            .add("field", error.field())
                            .add("message", error.message()));
                }
                body.add("errors", errors);
            }
            return body.build();
        }
    },

    /** {@code {"error":{"message","type","param","code"}}}; a field at fault is the param, and 422 becomes 400. */
    OPENAI("application/json") {
        @Override
        public JsonObject body(Problem problem, String requestId, String path) {
            JsonObjectBuilder error =
                    Json.createObjectBuilder().add("message", problem.detail()).add("type", openAiType(problem.kind()));
            String param =
                    problem.errors().isEmpty() ? "" : problem.errors().get(0).field();
            if (param.isEmpty()) {
                error.addNull("param");
            } else {
                error.add("param", param);
            }
            error.add("code", problem.kind() == ProblemKind.UNAUTHORIZED ? "invalid_api_key" : problem.code());
            return Json.createObjectBuilder().add("error", error).build();
        }

        @Override
        public int status(Problem problem) {
            return clientStatus(problem);
        }
    },

    /** {@code {"type":"error","error":{"type","message"},"request_id"}}; 422 becomes 400. */
    ANTHROPIC("application/json") {
        @Override
        public JsonObject body(Problem problem, String requestId, String path) {
            return Json.createObjectBuilder()
                    .add("type", "error")
                    .add(
                            "error",
                            Json.createObjectBuilder()
                                    .add("type", anthropicType(problem.kind()))
                                    .add("message", problem.detail()))
                    .add("request_id", requestId)
                    .build();
        }

        @Override
        public int status(Problem problem) {
            return clientStatus(problem);
        }
    };

    private final String mediaType;

    ErrorFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** The format spoken under a path, which is relative to the application. */
    public static ErrorFormat ofPath(String path) {
        if (path.equals("/v1/messages") || path.startsWith("/v1/messages/")) {
            return ANTHROPIC;
        }
        return path.equals("/v1") || path.startsWith("/v1/") ? OPENAI : PROBLEM_JSON;
    }

    public String mediaType() {
        return mediaType;
    }

    public int status(Problem problem) {
        return problem.status();
    }

    public abstract JsonObject body(Problem problem, String requestId, String path);

    /** Neither of the two protocols knows 422. */
    private static int clientStatus(Problem problem) {
        return problem.kind() == ProblemKind.INVALID_INPUT ? 400 : problem.status();
    }

    private static String anthropicType(ProblemKind kind) {
        return switch (kind) {
            case UNAUTHORIZED -> "authentication_error";
            case FORBIDDEN -> "permission_error";
            case RATE_LIMITED -> "rate_limit_error";
            case NOT_FOUND, GONE -> "not_found_error";
            case TOO_LARGE -> "request_too_large";
            case UNAVAILABLE -> "overloaded_error";
            case TIMEOUT -> "timeout_error";
            case INTERNAL, BAD_GATEWAY -> "api_error";
            case BAD_REQUEST, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, CONFLICT, UNSUPPORTED_MEDIA_TYPE, INVALID_INPUT ->
                "invalid_request_error";
        };
    }

    private static String openAiType(ProblemKind kind) {
        return switch (kind) {
            case UNAUTHORIZED -> "authentication_error";
            case FORBIDDEN -> "permission_error";
            case RATE_LIMITED -> "rate_limit_error";
            case INTERNAL, BAD_GATEWAY, UNAVAILABLE, TIMEOUT -> "server_error";
            case BAD_REQUEST,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    NOT_ACCEPTABLE,
                    CONFLICT,
                    GONE,
                    TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    INVALID_INPUT -> "invalid_request_error";
        };
    }
}
