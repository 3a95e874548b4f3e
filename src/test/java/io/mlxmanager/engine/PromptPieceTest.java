package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlxmanager.engine.arch.ForwardPass;
import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.mlx.MlxArray;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/** Pieces on a machine whose clock is arithmetic. */
class PromptPieceTest {

    private static final int LAYERS = 28;
    private static final int TOKENS = 56;
    private static final long MILLI = 1_000_000;

    private long clock = 17;

    /** How many layers each call went through. */
    private final List<Integer> calls = new ArrayList<>();

    /** Layers that take what a function of their number says. */
    private final class Layers implements ForwardPass {

        private final IntToLongFunction nanos;
        private int next;
        private boolean closed;

        Layers(IntToLongFunction nanos) {
            this.nanos = nanos;
        }

        @Override
        public int left() {
            return LAYERS - next;
        }

        @Override
        public void advance(int layers) {
            assertThat(layers).isBetween(1, left());
            assertThat(closed).isFalse();
            for (int i = 0; i < layers; i++) {
                clock += nanos.applyAsLong(next++);
            }
            calls.add(layers);
        }

        @Override
        public MlxArray logits(Positions positions) {
            throw new AssertionError("nobody wants an answer");
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private PromptPiece piece(ReadingPace pace, double perLayer, IntToLongFunction nanos) {
        return new PromptPiece(new Layers(nanos), pace.next(0, 100.0 * MILLI), TOKENS, perLayer, () -> clock);
    }

    /** What each turn took, until the piece is done. */
    private List<Long> turns(PromptPiece piece, double room) {
        List<Long> turns = new ArrayList<>();
        while (!piece.done()) {
            long began = clock;
            piece.advance(room);
            turns.add(clock - began);
        }
        return turns;
    }

    @Test
    void noTurnTakesLongerThanThereIsRoomForAndTheRoomIsUsed() {
        List<Long> turns = turns(piece(new ReadingPace(TOKENS), 0, layer -> 20 * MILLI), 70.0 * MILLI);
        assertThat(turns).hasSize(10).allSatisfy(took -> assertThat(took).isLessThanOrEqualTo(70 * MILLI));
        assertThat(turns.subList(0, 9)).containsOnly(60 * MILLI);
    }

    @Test
    void aLayerThatIsLongerThanTheRoomIsATurnOfItsOwn() {
        assertThat(turns(piece(new ReadingPace(TOKENS), 0, layer -> 90 * MILLI), 70.0 * MILLI))
                .hasSize(LAYERS)
                .containsOnly(90 * MILLI);
    }

    @Test
    void whoIsExpectedToBeSlowAndIsNotGoesOn() {
        assertThat(turns(piece(new ReadingPace(TOKENS), 50.0 * MILLI, layer -> MILLI), 70.0 * MILLI))
                .containsExactly((long) LAYERS * MILLI);
        assertThat(calls).startsWith(1, 17);
    }

    @Test
    void whereThereIsRoomForManyLayersTheClockIsNotReadBehindEach() {
        turns(piece(new ReadingPace(TOKENS), MILLI, layer -> MILLI), 100.0 * MILLI);
        assertThat(calls).containsExactly(25, 3);
    }

    @Test
    void layersThatTakeUpToThreeTimesAsLongAsOthersOverrunTheRoomByNoMoreThanOneOfThem() {
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 200; round++) {
            long[] nanos = random.longs(LAYERS, 3 * MILLI, 9 * MILLI).toArray();
            double room = random.nextDouble(5, 200) * MILLI;
            assertThat(turns(piece(new ReadingPace(TOKENS), 0, layer -> nanos[layer]), room))
                    .allSatisfy(took -> assertThat((double) took).isLessThan(room + 9 * MILLI));
        }
    }

    @Test
    void thePaceHearsWhatAllTurnsTook() {
        ReadingPace pace = new ReadingPace(TOKENS);
        PromptPiece piece = piece(pace, 0, layer -> 4 * MILLI);
        turns(piece, 10.0 * MILLI);
        piece.teach(pace);
        assertThat(piece.perTokenAndLayer()).isCloseTo(4.0 * MILLI / TOKENS, within(1.0));
        // 28 layers of 4 ms for 56 tokens are 2 ms a token.
        assertThat(pace.next(0, 40.0 * MILLI).tokens()).isEqualTo(20);
    }
}
