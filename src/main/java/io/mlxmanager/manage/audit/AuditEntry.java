package io.mlxmanager.manage.audit;

import java.time.Duration;
import java.util.Objects;

/**
 * What is to be recorded of one request, when its answer has ended. Everything but request id, endpoint, status and
 * total may be null, which means unknown or not applicable. Texts are cut to what the table holds and freed of control
 * characters; none of them may quote a prompt or an answer.
 *
 * @param requestId the same as in the X-Request-ID header and in the answer
 * @param userId who asked
 * @param keyId public id of the API key that was used
 * @param clientAddress where the request came from
 * @param model as it was asked for or, once known, as it was served
 * @param profile name of the profile that was used
 * @param backend what really served: {@code local} or the type of a provider
 * @param endpoint path of the endpoint; for security events the name of the event, e.g. {@code auth.login}
 * @param subject whom or what a security event concerned, e.g. the address a login was tried for
 * @param finishReason as in the answer, e.g. {@code stop}, {@code length}
 * @param queueTime from arrival to the first step of the engine
 * @param timeToFirstToken from arrival to the first token that left
 * @param total from arrival to the end of the answer
 * @param errorType short name of what went wrong
 * @param errorMessage safe text of what went wrong
 */
public record AuditEntry(
        AuditKind kind,
        String requestId,
        Long userId,
        String keyId,
        String clientAddress,
        String model,
        String profile,
        String backend,
        String endpoint,
        String subject,
        AuditStatus status,
        String finishReason,
        Integer promptTokens,
        Integer completionTokens,
        Integer cachedTokens,
        Duration queueTime,
        Duration timeToFirstToken,
        Duration total,
        String errorType,
        String errorMessage) {

    public AuditEntry {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(total, "total");
        requestId = clean(Objects.requireNonNull(requestId, "requestId"), 128);
        endpoint = clean(Objects.requireNonNull(endpoint, "endpoint"), 255);
        subject = clean(subject, 255);
        keyId = clean(keyId, 64);
        clientAddress = clean(clientAddress, 64);
        model = clean(model, 255);
        profile = clean(profile, 255);
        backend = clean(backend, 64);
        finishReason = clean(finishReason, 32);
        errorType = clean(errorType, 128);
        errorMessage = clean(errorMessage, 500);
        // Milliseconds are what is stored, and the hash must be the same when the row is read back.
        queueTime = milliseconds(queueTime);
        timeToFirstToken = milliseconds(timeToFirstToken);
        total = milliseconds(total);
    }

    /** Starts the entry of a request that used, or wanted to use, a model. */
    public static Builder inference(String requestId, String endpoint) {
        return new Builder(AuditKind.INFERENCE, requestId, endpoint);
    }

    /** Starts the entry of an event that concerns users, keys, roles or settings. */
    public static Builder security(String requestId, String event) {
        return new Builder(AuditKind.SECURITY, requestId, event);
    }

    /** Prompt and completion together; null when either is unknown. */
    public Integer totalTokens() {
        return promptTokens == null || completionTokens == null ? null : promptTokens + completionTokens;
    }

    private static Duration milliseconds(Duration duration) {
        return duration == null ? null : Duration.ofMillis(duration.toMillis());
    }

    private static String clean(String text, int maxLength) {
        if (text == null) {
            return null;
        }
        String clean = text.codePoints()
                .map(point ->
                        Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE ? ' ' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        if (clean.length() <= maxLength) {
            return clean;
        }
        int end = Character.isHighSurrogate(clean.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
        return clean.substring(0, end);
    }

    /** Collects the parts of an entry while its request is served; confined to that request. */
    public static final class Builder {
        private final AuditKind kind;
        private final String requestId;
        private final String endpoint;
        private Long userId;
        private String keyId;
        private String clientAddress;
        private String model;
        private String profile;
        private String backend;
        private String subject;
        private String finishReason;
        private Integer promptTokens;
        private Integer completionTokens;
        private Integer cachedTokens;
        private Duration queueTime;
        private Duration timeToFirstToken;
        private String errorType;
        private String errorMessage;

        private Builder(AuditKind kind, String requestId, String endpoint) {
            this.kind = kind;
            this.requestId = requestId;
            this.endpoint = endpoint;
        }

        public Builder caller(Long id, String key, String address) {
            userId = id;
            keyId = key;
            clientAddress = address;
            return this;
        }

        public Builder model(String name, String profileName, String servedBy) {
            model = name;
            profile = profileName;
            backend = servedBy;
            return this;
        }

        public Builder tokens(Integer prompt, Integer completion, Integer cached) {
            promptTokens = prompt;
            completionTokens = completion;
            cachedTokens = cached;
            return this;
        }

        public Builder times(Duration queue, Duration firstToken) {
            queueTime = queue;
            timeToFirstToken = firstToken;
            return this;
        }

        public Builder subject(String what) {
            subject = what;
            return this;
        }

        public Builder finishReason(String reason) {
            finishReason = reason;
            return this;
        }

        public Builder error(String type, String safeMessage) {
            errorType = type;
            errorMessage = safeMessage;
            return this;
        }

        public AuditEntry end(AuditStatus status, Duration total) {
            return new AuditEntry(
                    kind,
                    requestId,
                    userId,
                    keyId,
                    clientAddress,
                    model,
                    profile,
                    backend,
                    endpoint,
                    subject,
                    status,
                    finishReason,
                    promptTokens,
                    completionTokens,
                    cachedTokens,
                    queueTime,
                    timeToFirstToken,
                    total,
                    errorType,
                    errorMessage);
        }
    }
}
