package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DraftPaceTest {

    private final DraftPace pace = new DraftPace();

    /** Steps of one sequence; how many of them guessed. */
    private int run(int steps, double plain, double guessing, int right) {
        int guessed = 0;
        for (int i = 0; i < steps; i++) {
            int ahead = pace.ahead(1);
            int accepted = Math.min(right, ahead);
            pace.took(1, ahead, accepted, accepted + 1, ahead > 0 ? guessing : plain);
            guessed += ahead > 0 ? 1 : 0;
        }
        return guessed;
    }

    @Test
    void goesOnWithTheWayThatGivesATokenSooner() {
        assertThat(run(400, 100, 150, 3)).isGreaterThan(370);
    }

    @Test
    void leavesOffWhereGuessesAreWrongAndTriesAgainNowAndThen() {
        int guessed = run(1000, 100, 150, 0);
        assertThat(guessed).isBetween(6 + 4, 60);
    }

    @Test
    void comesBackWhenTheTextGetsEasier() {
        run(400, 100, 150, 0);
        assertThat(run(1000, 100, 150, 4)).isGreaterThan(600);
    }

    @Test
    void guessesFurtherAheadWhereMoreIsRight() {
        run(100, 100, 150, 8);
        assertThat(pace.ahead(1)).isGreaterThanOrEqualTo(7);
        run(200, 100, 101, 1);
        assertThat(pace.ahead(1)).isLessThanOrEqualTo(3);
    }

    @Test
    void aBatchIsJudgedByItself() {
        run(100, 100, 150, 8);
        assertThat(pace.ahead(8)).isZero();
    }
}
