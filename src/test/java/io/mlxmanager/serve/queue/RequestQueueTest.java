package io.mlxmanager.serve.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.config.QueueConfig;
import io.mlxmanager.base.problem.Overloaded;
import io.mlxmanager.base.problem.RateLimited;
import io.mlxmanager.engine.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestQueueTest {

    private long now;
    private final RequestQueue queue = new RequestQueue(new QueueConfig(60, 50), () -> now);

    @Test
    void tenantsTakeTurns() {
        List<QueuePlace> ada = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ada.add(queue.enter("m", Share.of("ada")));
        }
        QueuePlace bob = queue.enter("m", Share.of("bob"));
        assertThat(bob.now()).isEqualTo(2);
        assertThat(ada).extracting(QueuePlace::now).containsExactly(1, 3, 4, 5, 6);
        ada.get(0).begun();
        assertThat(ada.get(0).now()).isZero();
        assertThat(ada.get(1).now()).isEqualTo(1);
        assertThat(bob.now()).isEqualTo(2);
        ada.get(1).close();
        ada.get(2).close();
        assertThat(bob.now()).isEqualTo(2);
        assertThat(ada.get(4).now()).isEqualTo(3);
    }

    @Test
    void theKeysOfAUserTakeTurnsToo() {
        QueuePlace nightly = queue.enter("m", new Share("ada", "nightly"));
        QueuePlace second = queue.enter("m", new Share("ada", "nightly"));
        QueuePlace laptop = queue.enter("m", new Share("ada", "laptop"));
        QueuePlace bob = queue.enter("m", Share.of("bob"));
        assertThat(List.of(nightly.now(), bob.now(), laptop.now(), second.now()))
                .containsExactly(1, 2, 3, 4);
    }

    @Test
    void everyPlaceIsTakenOnce() {
        List<QueuePlace> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(queue.enter("m", Share.of("tenant" + i * i % 7)));
        }
        assertThat(all.stream().map(QueuePlace::now).sorted().toList())
                .isEqualTo(java.util.stream.IntStream.rangeClosed(1, 40).boxed().toList());
    }

    @Test
    void aUserWithTooManyIsToldToWaitAndOthersAreNot() {
        List<QueuePlace> ada = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ada.add(queue.enter(i % 2 == 0 ? "m" : "n", Share.of("ada")));
        }
        RateLimited refused = catchThrowableOfType(RateLimited.class, () -> queue.enter("other", Share.of("ada")));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.code()).isEqualTo("user_queue_full");
        assertThat(refused.headers()).containsEntry("Retry-After", "1");
        assertThat(queue.enter("m", Share.of("bob")).now()).isEqualTo(2);
        ada.get(0).begun();
        assertThat(queue.enter("other", Share.of("ada")).now()).isEqualTo(1);
    }

    @Test
    void aFullModelRefusesEverybody() {
        for (int i = 0; i < 60; i++) {
            queue.enter("m", Share.of("tenant" + i % 3));
        }
        assertThatThrownBy(() -> queue.enter("m", Share.of("bob")))
                .isInstanceOfSatisfying(Overloaded.class, refused -> {
                    assertThat(refused.status()).isEqualTo(503);
                    assertThat(refused.detail()).contains("60", "m");
                    assertThat(refused.headers()).containsKey("Retry-After");
                });
        assertThat(queue.enter("n", Share.of("bob")).now()).isEqualTo(1);
    }

    @Test
    void whoLeavesTwiceLeavesOnceAndNothingIsLeftBehind() {
        QueuePlace first = queue.enter("m", Share.of("ada"));
        QueuePlace second = queue.enter("m", Share.of("ada"));
        assertThat(queue.lengths().get("m").requests()).isEqualTo(2);
        first.begun();
        first.close();
        first.close();
        assertThat(queue.lengths().get("m").requests()).isEqualTo(1);
        second.close();
        assertThat(queue.lengths()).isEmpty();
    }

    @Test
    void theLongestWaitIsThatOfWhoIsThereLongest() {
        QueuePlace first = queue.enter("m", Share.of("ada"));
        now += Duration.ofSeconds(3).toNanos();
        queue.enter("m", Share.of("bob"));
        queue.enter("n", Share.of("bob"));
        now += Duration.ofSeconds(4).toNanos();
        assertThat(queue.lengths())
                .containsOnly(
                        Map.entry("m", new QueueLength(2, Duration.ofSeconds(7))),
                        Map.entry("n", new QueueLength(1, Duration.ofSeconds(4))));
        first.begun();
        assertThat(queue.lengths()).containsEntry("m", new QueueLength(1, Duration.ofSeconds(4)));
    }
}
