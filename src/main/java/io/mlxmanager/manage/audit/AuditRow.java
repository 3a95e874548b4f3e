package io.mlxmanager.manage.audit;

import io.mlxmanager.base.crypto.Digests;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A row of the audit log as it is stored: an entry, its place in the chain and the time it was recorded.
 *
 * @param id from 1, without gaps, rising with time of writing
 * @param recordedAt in milliseconds
 * @param previousHash hash of the row before, 64 zeros for the first
 * @param hash over the previous hash and everything in this row, 64 hexadecimal digits
 */
public record AuditRow(long id, Instant recordedAt, AuditEntry entry, String previousHash, String hash) {

    /** What the first row has for a previous hash. */
    static final String BEGINNING = "0".repeat(64);

    static AuditRow chained(long id, Instant recordedAt, AuditEntry entry, String previousHash) {
        Instant stored = Instant.ofEpochMilli(recordedAt.toEpochMilli());
        return new AuditRow(id, stored, entry, previousHash, digest(id, stored, entry, previousHash));
    }

    /** Whether the row still has the content that was hashed when it was written. */
    public boolean isIntact() {
        return digest(id, recordedAt, entry, previousHash).equals(hash);
    }

    private static String digest(long id, Instant recordedAt, AuditEntry entry, String previousHash) {
        String canonical = Stream.of(
                        previousHash,
                        id,
                        recordedAt.toEpochMilli(),
                        entry.kind().word(),
                        entry.requestId(),
                        entry.userId(),
                        entry.keyId(),
                        entry.clientAddress(),
                        entry.model(),
                        entry.profile(),
                        entry.backend(),
                        entry.endpoint(),
                        entry.subject(),
                        entry.status().word(),
                        entry.finishReason(),
                        entry.promptTokens(),
                        entry.completionTokens(),
                        entry.cachedTokens(),
                        entry.queueTime(),
                        entry.timeToFirstToken(),
                        entry.total(),
                        entry.errorType(),
                        entry.errorMessage())
                .map(AuditRow::framed)
                .collect(Collectors.joining());
        return HexFormat.of().formatHex(Digests.sha256(canonical.getBytes(StandardCharsets.UTF_8)));
    }

    /** Length before content, so that moving a character from one field to the next changes the hash. */
    private static String framed(Object value) {
        String text = Objects.toString(value, null);
        return text == null ? "-;" : text.length() + ":" + text + ";";
    }
}
