package io.mlxmanager.serve.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PhaseBoardTest {

    private final List<String> heard = new ArrayList<>();
    private final PhaseBoard board = new PhaseBoard((id, phase) -> heard.add(id + " " + phase));

    private static List<PoolBooks.View<String>> entry(ModelState state, int leases) {
        return List.of(new PoolBooks.View<>("m", 5, state, 40, leases, "model", false));
    }

    @Test
    void tellsTheWholeLifeOfAModelEachStepOnce() {
        board.show(List.of(), Map.of("m", 1));
        board.show(List.of(), Map.of("m", 2));
        board.show(entry(ModelState.LOADING, 0), Map.of());
        board.show(entry(ModelState.READY, 2), Map.of());
        board.show(entry(ModelState.READY, 2), Map.of());
        board.show(entry(ModelState.READY, 0), Map.of());
        board.show(entry(ModelState.UNLOADING, 0), Map.of("m", 1));
        board.show(List.of(), Map.of());
        assertThat(heard)
                .containsExactly(
                        "m Queued[waiting=1]",
                        "m Queued[waiting=2]",
                        "m Loading[percent=40]",
                        "m Busy[running=2]",
                        "m Ready[]",
                        "m Unloading[]",
                        "m Absent[]");
    }

    @Test
    void aFailureStandsUntilSomebodyWantsTheModelAgain() {
        board.show(entry(ModelState.LOADING, 0), Map.of());
        board.failed("m", "no such file");
        board.show(List.of(), Map.of());
        board.show(List.of(), Map.of("m", 1));
        assertThat(heard)
                .containsExactly("m Loading[percent=40]", "m Failed[reason=no such file]", "m Queued[waiting=1]");
    }
}
