package io.mlxmanager.serve.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.engine.arch.KvKind;
import io.mlxmanager.engine.arch.KvRows;
import io.mlxmanager.engine.arch.ModelFacts;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ContextRoomTest {

    private static final ModelFacts SMALL = new ModelFacts(
            "qwen3",
            151_936,
            40_960,
            335_000_000,
            Map.of(KvKind.FULL_ATTENTION, List.of(new KvRows(448, 128))),
            4,
            List.of());

    private final ContextRoom room = new ContextRoom(SMALL, 16, 256);

    @Test
    void countsWholeBlocksAndWhatAStepWorksWith() {
        long work = 256 * 65_536L + 12 * 151_936L;
        assertThat(room.bytes(256)).isEqualTo(256 * 114_688L + work);
        assertThat(room.bytes(257)).isEqualTo(512 * 114_688L + work);
        assertThat(new ContextRoom(SMALL, 32, 256).bytes(256)).isEqualTo(512 * 114_688L + work);
    }

    @Test
    void theLongestContextFitsAndOneBlockMoreDoesNot() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 1000; i++) {
            long bytes = random.nextLong(6_000_000_000L);
            int longest = room.longest(bytes);
            if (longest > 0) {
                assertThat(room.bytes(longest)).isLessThanOrEqualTo(bytes);
            }
            if (longest < SMALL.contextLength()) {
                assertThat(room.bytes(longest + 256)).isGreaterThan(bytes);
            }
        }
        assertThat(room.longest(-5)).isZero();
        assertThat(room.longest(Long.MAX_VALUE)).isEqualTo(40_960);
    }
}
