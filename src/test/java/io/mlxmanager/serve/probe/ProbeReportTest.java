package io.mlxmanager.serve.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.serve.probe.ProbeEvent.Diagnostic;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProbeReportTest {

    private static final Instant START = Instant.parse("2026-11-25T10:00:00.123Z");

    private final ProbeReport report = new ProbeReport("org/model-4bit", "MLX Manager 1.0", START);

    private void after(long milliseconds, ProbeEvent event) {
        report.add(event, START.plusMillis(milliseconds));
    }

    @Test
    void tellsFindingsStepsTheirTimeAndRemarks() {
        after(0, ProbeEvent.running("load_model", JsonValue.EMPTY_JSON_OBJECT));
        after(1500, ProbeEvent.completed("load_model", null, JsonValue.NULL));
        after(2000, ProbeEvent.completed("test_tools", "supports_native_tools", JsonValue.TRUE));
        after(2600, ProbeEvent.completed("test_tools", "tool_format", Json.createValue("template")));
        after(2700, ProbeEvent.failed("test_thinking", "The model was unloaded"));
        after(
                2700,
                ProbeEvent.diagnosed("test_tools", new Diagnostic("info", "tool_dialect", "Nothing to worry about")));
        after(2800, ProbeEvent.complete(JsonValue.EMPTY_JSON_OBJECT));

        assertThat(report.markdown()).isEqualTo("""
                # Probe of org/model-4bit

                MLX Manager 1.0, 2026-11-25T10:00:00Z

                | finding | value |
                |---|---|
                | supports_native_tools | true |
                | tool_format | template |

                | step | result | seconds |
                |---|---|---|
                | load_model | completed | 1.5 |
                | test_tools | completed | 1.1 |
                | test_thinking | failed: The model was unloaded | 0.1 |

                - info: Nothing to worry about
                """);
    }

    @Test
    void isNotBrokenByWhatModelsSay() {
        after(0, ProbeEvent.completed("detect_family", "model_family", Json.createValue("a|b\n<script>")));

        assertThat(report.markdown()).contains("| model_family | a\\|b \\<script\\> |");
    }
}
