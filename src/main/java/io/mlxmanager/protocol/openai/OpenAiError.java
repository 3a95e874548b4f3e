package io.mlxmanager.protocol.openai;

import static io.mlxmanager.protocol.openai.ChatCompletionWriter.JSON;

import io.mlxmanager.protocol.ProtocolException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The error envelope of the protocol, as a response body and as the last event of a stream that failed.
 *
 * @param message for the caller; never holds internals
 * @param type the class of error that SDKs switch on, for example {@code invalid_request_error}
 * @param param the offending field, if it is one
 * @param code stable and machine readable, for example {@code model_not_found}
 */
public record OpenAiError(String message, String type, Optional<String> param, Optional<String> code) {

    public OpenAiError {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(param, "param");
        Objects.requireNonNull(code, "code");
    }

    /** The error for a request that cannot be served as written; its status is 400. */
    public static OpenAiError of(ProtocolException problem) {
        return new OpenAiError(
                problem.getMessage(),
                typeOf(400),
                problem.param(),
                Optional.of(problem.code().name().toLowerCase(Locale.ROOT)));
    }

    /** An error of this HTTP status, with the type that goes with it. */
    public static OpenAiError of(int status, String message, String code) {
        return new OpenAiError(message, typeOf(status), Optional.empty(), Optional.of(code));
    }

    /** The {@code type} that goes with an HTTP status. */
    public static String typeOf(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 408 -> "timeout_error";
            case 429 -> "rate_limit_error";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    }

    /** {@code {"error":{"message":…,"type":…,"param":…,"code":…}}}; what is not known is null. */
    public JsonObject toJson() {
        JsonObjectBuilder error =
                JSON.createObjectBuilder().add("message", message).add("type", type);
        param.ifPresentOrElse(value -> error.add("param", value), () -> error.addNull("param"));
        code.ifPresentOrElse(value -> error.add("code", value), () -> error.addNull("code"));
        return JSON.createObjectBuilder().add("error", error).build();
    }
}
