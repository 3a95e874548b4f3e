package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A user with fifty requests, and another with one. */
class FairShareIT {

    private static final String CHAT = "/v1/chat/completions";
    private static final int MANY = 50;

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start("fair", Map.of("MLX_MANAGER_ENGINE_MAX_BATCH", "4"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String question(int most) {
        return LongStory.question("mlx-manager/starter-qwen3-4m-4bit", most > 100, most);
    }

    @Test
    void theSingleRequestIsAnsweredWhileTheFiftyGoOn() {
        ApiClient ada = ApiClient.of(server, "ada@example.com");
        ApiClient bob = ApiClient.approved(server, "bob@example.com", ada);
        assertThat(bob.post(CHAT, question(1)).statusCode()).isEqualTo(200);
        List<CompletableFuture<List<String>>> fifty = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            HttpResponse<Stream<String>> answer = ada.lines(CHAT, question(600));
            assertThat(answer.statusCode()).isEqualTo(200);
            fifty.add(CompletableFuture.supplyAsync(() -> answer.body().toList(), work -> new Thread(work).start()));
        }

        long before = ended(fifty);
        HttpResponse<String> single = bob.post(CHAT, question(20));

        long meanwhile = ended(fifty) - before;
        assertThat(single.statusCode()).as(single.body()).isEqualTo(200);
        // In the order they came it would have been the turn of nearly all that were left.
        assertThat(before).isLessThan(MANY / 2);
        assertThat(meanwhile).isLessThan((MANY - before) / 2);
        assertThat(fifty).allSatisfy(answer -> assertThat(answer.join()).contains("data: [DONE]"));
    }

    private static long ended(List<CompletableFuture<List<String>>> answers) {
        return answers.stream().filter(CompletableFuture::isDone).count();
    }
}
