package io.mlxmanager.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditRow;
import io.mlxmanager.manage.audit.AuditStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditExportTest {

    private static AuditRow row(String model, String message) {
        AuditEntry entry = AuditEntry.inference("req_1", "/v1/chat/completions")
                .caller(7L, null, "127.0.0.1")
                .model(model, null, "local")
                .tokens(1, 2, null)
                .error("E", message)
                .end(AuditStatus.ERROR, Duration.ofMillis(812));
        return new AuditRow(12, Instant.parse("2026-03-11T10:00:00Z"), entry, "", "");
    }

    @Test
    void csvBeginsWithTheColumnsThatReadersExpect() {
        assertThat(AuditExport.CSV.header())
                .startsWith("timestamp,request_id,model,backend_type,endpoint,duration_ms,status,prompt_tokens,"
                        + "completion_tokens,total_tokens,error_type,error_message,")
                .endsWith("\r\n");
        assertThat(AuditExport.CSV.line(row("m", "x")))
                .isEqualTo("2026-03-11T10:00:00Z,req_1,m,local,/v1/chat/completions,812,error,1,2,3,E,x,"
                        + "12,inference,7,,127.0.0.1,,,,,,\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "=1+1; '=1+1",
                "@SUM(A1); '@SUM(A1)",
                "-2; '-2",
                "+2; '+2",
                "a,b; \"a,b\"",
                "say \"x\"; \"say \"\"x\"\"\"",
                "=\"a\",b; \"'=\"\"a\"\",b\"",
            })
    void cellsAreQuotedAndNeverFormulas(String text, String cell) {
        assertThat(AuditExport.CSV.line(row(text, "x"))).contains(",req_1," + cell + ",local,");
    }

    @Test
    void jsonLinesAreOneObjectEach() {
        assertThat(AuditExport.JSONL.header()).isEmpty();
        assertThat(AuditExport.JSONL.line(row("m", "x")))
                .startsWith("{\"id\":12,")
                .endsWith("}\n");
    }
}
