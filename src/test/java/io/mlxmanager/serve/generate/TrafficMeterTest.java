package io.mlxmanager.serve.generate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrafficMeterTest {

    private final TrafficMeter meter = new TrafficMeter();

    @Test
    void aRequestWaitsThenRunsThenIsGone() {
        TrafficMeter.Passage passage = meter.enter("a/model");
        assertThat(meter.now().get("a/model")).isEqualTo(new Traffic(1, 0, 0));

        passage.started();
        passage.token();
        passage.token();
        assertThat(meter.now().get("a/model")).isEqualTo(new Traffic(0, 1, 2));

        passage.ended();
        assertThat(meter.now().get("a/model")).isEqualTo(new Traffic(0, 0, 2));
    }

    @Test
    void aRequestThatWasNeverBegunLeavesTheQueue() {
        TrafficMeter.Passage passage = meter.enter("a/model");
        passage.ended();
        passage.ended();
        passage.started();

        assertThat(meter.now().get("a/model")).isEqualTo(new Traffic(0, 0, 0));
    }

    @Test
    void modelsAreCountedApart() {
        meter.enter("a/model").started();
        meter.enter("another/model");

        assertThat(meter.now().get("a/model").running()).isEqualTo(1);
        assertThat(meter.now().get("another/model").waiting()).isEqualTo(1);
    }
}
