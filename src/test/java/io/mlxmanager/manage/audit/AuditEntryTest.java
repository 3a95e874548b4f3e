package io.mlxmanager.manage.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AuditEntryTest {

    @Test
    void textsAreCutAndFreedOfControlCharacters() {
        AuditEntry entry = AuditEntry.inference("req_1", "/v1/chat/completions")
                .model("x".repeat(300), "a\u0000b\r\nc", null)
                .error("E", "😀".repeat(400))
                .end(AuditStatus.ERROR, Duration.ofNanos(1_999_999));

        assertThat(entry.model()).hasSize(255);
        assertThat(entry.profile()).isEqualTo("a b  c");
        assertThat(entry.errorMessage()).hasSize(500).endsWith("😀");
        assertThat(entry.total()).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void aCutNeverLeavesHalfACharacter() {
        AuditEntry entry = AuditEntry.inference("req_1", "/x")
                .error("E", "x" + "😀".repeat(400))
                .end(AuditStatus.ERROR, Duration.ZERO);

        assertThat(entry.errorMessage()).hasSize(499).endsWith("😀");
    }

    @Test
    void theSumOfTokensIsUnknownWhenAPartIs() {
        assertThat(AuditEntry.inference("r", "/x")
                        .tokens(3, null, null)
                        .end(AuditStatus.CANCELLED, Duration.ZERO)
                        .totalTokens())
                .isNull();
        assertThat(AuditEntry.inference("r", "/x")
                        .tokens(3, 4, 0)
                        .end(AuditStatus.SUCCESS, Duration.ZERO)
                        .totalTokens())
                .isEqualTo(7);
    }
}
