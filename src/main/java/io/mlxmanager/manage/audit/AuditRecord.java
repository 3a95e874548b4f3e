package io.mlxmanager.manage.audit;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;

/** The table behind {@link AuditRow}; written once, never changed. */
@Entity
@Table(name = "audit_records")
public class AuditRecord {

    @Id
    private long id;

    @Column(name = "recorded_at")
    private Instant recordedAt;

    private String kind;

    @Column(name = "request_id")
    private String requestId;

    @Column(name = "user_id")
    private Long userId;

    @Column(name = "key_id")
    private String keyId;

    @Column(name = "client_address")
    private String clientAddress;

    private String model;

    private String profile;

    @Column(name = "backend_type")
    private String backend;

    private String endpoint;

    private String subject;

    private String status;

    @Column(name = "finish_reason")
    private String finishReason;

    @Column(name = "prompt_tokens")
    private Integer promptTokens;

    @Column(name = "completion_tokens")
    private Integer completionTokens;

    @Column(name = "cached_tokens")
    private Integer cachedTokens;

    @Column(name = "queue_ms")
    private Long queueMillis;

    @Column(name = "first_token_ms")
    private Long firstTokenMillis;

    @Column(name = "duration_ms")
    private long durationMillis;

    @Column(name = "error_type")
    private String errorType;

    @Column(name = "error_message")
    private String errorMessage;

    @Column(name = "prev_hash")
    private String previousHash;

    private String hash;

    /** For the persistence provider. */
    protected AuditRecord() {}

    AuditRecord(AuditRow row) {
        AuditEntry entry = row.entry();
        id = row.id();
        recordedAt = row.recordedAt();
        kind = entry.kind().word();
        requestId = entry.requestId();
        userId = entry.userId();
        keyId = entry.keyId();
        clientAddress = entry.clientAddress();
        model = entry.model();
        profile = entry.profile();
        backend = entry.backend();
        endpoint = entry.endpoint();
        subject = entry.subject();
        status = entry.status().word();
        finishReason = entry.finishReason();
        promptTokens = entry.promptTokens();
        completionTokens = entry.completionTokens();
        cachedTokens = entry.cachedTokens();
        queueMillis = millis(entry.queueTime());
        firstTokenMillis = millis(entry.timeToFirstToken());
        durationMillis = entry.total().toMillis();
        errorType = entry.errorType();
        errorMessage = entry.errorMessage();
        previousHash = row.previousHash();
        hash = row.hash();
    }

    AuditRow row() {
        AuditEntry entry = new AuditEntry(
                AuditKind.ofWord(kind)
                        .orElseThrow(() -> new IllegalStateException("audit_records.kind holds '" + kind + "'")),
                requestId,
                userId,
                keyId,
                clientAddress,
                model,
                profile,
                backend,
                endpoint,
                subject,
                AuditStatus.ofWord(status)
                        .orElseThrow(() -> new IllegalStateException("audit_records.status holds '" + status + "'")),
                finishReason,
                promptTokens,
                completionTokens,
                cachedTokens,
                duration(queueMillis),
                duration(firstTokenMillis),
                Duration.ofMillis(durationMillis),
                errorType,
                errorMessage);
        return new AuditRow(id, recordedAt, entry, previousHash, hash);
    }

    private static Long millis(Duration duration) {
        return duration == null ? null : duration.toMillis();
    }

    private static Duration duration(Long millis) {
        return millis == null ? null : Duration.ofMillis(millis);
    }
}
