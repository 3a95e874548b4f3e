package io.mlxmanager.serve.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GrowingRoomTest {

    private final List<String> asked = new ArrayList<>();
    private final List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    private final List<Integer> allowed = new ArrayList<>();

    private GrowingRoom room(int first, int most) {
        return new GrowingRoom(
                (from, to) -> {
                    asked.add(from + "-" + to);
                    answers.add(new CompletableFuture<>());
                    return answers.get(answers.size() - 1);
                },
                allowed::add,
                first,
                most);
    }

    private static void tokens(GrowingRoom room, int from, int to) {
        for (int count = from; count <= to; count++) {
            room.token(count);
        }
    }

    @Test
    void asksOnceBeforeThePieceIsFullAndGoesOnWhenThereIsRoom() {
        GrowingRoom room = room(2048, 5000);
        tokens(room, 1, 1535);
        assertThat(asked).isEmpty();
        tokens(room, 1536, 1700);
        assertThat(asked).containsExactly("2048-4096");
        answers.get(0).complete(true);
        assertThat(allowed).containsExactly(4096);
        tokens(room, 1701, 3600);
        assertThat(asked).containsExactly("2048-4096", "4096-5000");
        answers.get(1).complete(true);
        tokens(room, 3601, 5000);
        assertThat(asked).hasSize(2);
        assertThat(allowed).containsExactly(4096, 5000);
    }

    @Test
    void asksAgainAfterARefusalAndNeverForWhatMayNotBe() {
        GrowingRoom room = room(100, 200);
        room.token(1);
        answers.get(0).complete(false);
        room.token(2);
        answers.get(1).completeExceptionally(new IllegalStateException("gone"));
        room.token(3);
        answers.get(2).complete(true);
        room.token(4);
        assertThat(asked).containsExactly("100-200", "100-200", "100-200");
        assertThat(allowed).containsExactly(200);
        GrowingRoom limited = room(50, 50);
        tokens(limited, 1, 50);
        assertThat(asked).hasSize(3);
    }
}
