package io.mlxmanager.api.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.api.system.PrometheusText.Kind;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {

    @Test
    void familiesAreWrittenWithTheirHelpTypeAndLabels() {
        PrometheusText text = new PrometheusText();
        text.family("requests_waiting", Kind.GAUGE, "Who waits")
                .add(3, "model", "a/b")
                .add(0.25, "model", "c", "state", "ready");
        text.family("generated_tokens_total", Kind.COUNTER, "Tokens").add(12_345_678_901L);

        assertThat(text.toString()).isEqualTo("""
                        # HELP mlx_manager_requests_waiting Who waits
                        # TYPE mlx_manager_requests_waiting gauge
                        mlx_manager_requests_waiting{model="a/b"} 3
                        mlx_manager_requests_waiting{model="c",state="ready"} 0.25
                        # HELP mlx_manager_generated_tokens_total Tokens
                        # TYPE mlx_manager_generated_tokens_total counter
                        mlx_manager_generated_tokens_total 12345678901
                        """);
    }

    @Test
    void whatALabelMayNotHoldIsEscaped() {
        PrometheusText text = new PrometheusText();
        text.family("x", Kind.GAUGE, "X").add(1, "model", "a\"b\\c\nd");
        assertThat(text.toString()).endsWith("mlx_manager_x{model=\"a\\\"b\\\\c\\nd\"} 1\n");
    }
}
