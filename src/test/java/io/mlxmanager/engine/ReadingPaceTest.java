package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pieces of prompts on a machine whose clock is arithmetic. */
class ReadingPaceTest {

    private static final int LONG = 8192;
    private static final int MOST = 512;

    /** Nanoseconds. */
    private static final double MILLI = 1e6;

    /** Of those who are answered. */
    private static final double STEP = 40 * MILLI;

    private static final double ROOM = 1.5 * STEP;

    private final ReadingPace pace = new ReadingPace(MOST);
    private final SplittableRandom random = new SplittableRandom(8);
    private double noise;
    private int lastCount;

    /** One pass over the weights, each token's products, and what it looks back at. */
    private double nanos(int count, int position) {
        return noisy((18 + count * (4 + (position + count / 2.0) / 400)) * MILLI);
    }

    private double noisy(double exact) {
        return exact * (1 + noise * (2 * random.nextDouble() - 1));
    }

    private double read(int position) {
        ReadingPace.Asked asked = pace.next(position, ROOM);
        double took = nanos(asked.tokens(), position);
        pace.took(asked, asked.tokens(), took);
        lastCount = asked.tokens();
        return took;
    }

    /** What each piece of a prompt took, the pieces of each quarter together. */
    private List<List<Double>> quarters() {
        List<List<Double>> quarters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            quarters.add(new ArrayList<>());
        }
        for (int position = 0; position < LONG; position += lastCount) {
            quarters.get(Math.min(3, position * 4 / LONG)).add(read(position));
        }
        return quarters;
    }

    private static double percentile(List<Double> values, int percent) {
        return values.stream().sorted().toList().get((values.size() - 1) * percent / 100);
    }

    @Test
    void theEndOfALongPromptHoldsUpNobodyLongerThanItsBeginning() {
        List<List<Double>> quarters = quarters();
        // The first piece is a guess.
        quarters.get(0).remove(0);
        assertThat(quarters).allSatisfy(pieces -> {
            assertThat(pieces).allSatisfy(took -> assertThat(took).isLessThan(1.1 * ROOM));
            // And the room is used: pieces are whole tokens, and at the end two of 24 ms do not fit any more.
            assertThat(percentile(pieces, 50)).isGreaterThan(0.6 * ROOM);
        });
    }

    @Test
    void onAMachineWithANoisyClockGapsStayBelowThreeTimesThoseWithoutThePrompt() {
        noise = 0.3;
        List<Double> alone = Stream.generate(() -> noisy(STEP)).limit(1000).toList();
        assertThat(quarters()).allSatisfy(pieces -> {
            List<Double> beside =
                    pieces.stream().map(piece -> noisy(STEP) + piece).toList();
            assertThat(percentile(beside, 99)).isLessThan(3 * percentile(alone, 99));
            assertThat(percentile(beside, 50)).isLessThan(2.7 * STEP);
        });
    }

    @Test
    void promptsAtDifferentPlacesDoNotMisleadEachOther() {
        quarters();
        List<Double> near = new ArrayList<>();
        List<Double> far = new ArrayList<>();
        int beginning = 0;
        int end = LONG - 500;
        for (int turn = 0; turn < 60; turn++) {
            near.add(read(beginning));
            beginning += lastCount;
            far.add(read(end));
            end += lastCount;
        }
        assertThat(near.subList(10, 60)).allSatisfy(took -> assertThat(took).isBetween(0.5 * ROOM, 1.2 * ROOM));
        assertThat(far.subList(10, 60)).allSatisfy(took -> assertThat(took).isBetween(0.5 * ROOM, 1.2 * ROOM));
    }

    @Test
    void growsFromAGuessNoFasterThanTwofoldAndNotBeyondTheMost() {
        ReadingPace.Asked first = pace.next(0, ROOM);
        assertThat(first.tokens()).isEqualTo(16);
        pace.took(first, 16, 0.016 * MILLI);
        assertThat(pace.next(16, ROOM).tokens()).isEqualTo(32);
        for (int i = 0; i < 10; i++) {
            ReadingPace.Asked asked = pace.next(48, ROOM);
            pace.took(asked, asked.tokens(), 0.001 * MILLI * asked.tokens());
        }
        assertThat(pace.next(48, ROOM).tokens()).isEqualTo(MOST);
    }

    @Test
    void aModelForWhichThereIsNoRoomIsReadTokenByToken() {
        for (int i = 0; i < 20; i++) {
            ReadingPace.Asked asked = pace.next(i, MILLI);
            pace.took(asked, asked.tokens(), (50 + asked.tokens()) * MILLI);
        }
        assertThat(pace.next(100, MILLI).tokens()).isEqualTo(1);
    }

    @Test
    void whatWasReadUndisturbedIsKnownWhenOthersAreAnswered() {
        pace.took(pace.longest(0), MOST, nanos(MOST, 0));
        assertThat(pace.next(MOST, ROOM).tokens()).isBetween(5, 16);
    }

    @Test
    void theShortEndOfAPromptTeachesNothingUnlessItTookTooLong() {
        pace.took(pace.next(0, ROOM), 16, ROOM);
        ReadingPace.Asked before = pace.next(16, ROOM);
        pace.took(before, 1, 20 * MILLI);
        assertThat(pace.next(17, ROOM).tokens()).isEqualTo(before.tokens());
        pace.took(before, before.tokens() - 1, 3 * ROOM);
        assertThat(pace.next(17, ROOM).tokens()).isLessThan(before.tokens());
    }
}
