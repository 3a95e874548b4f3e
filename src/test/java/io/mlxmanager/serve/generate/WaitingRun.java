package io.mlxmanager.serve.generate;

import io.mlxmanager.base.config.QueueConfig;
import io.mlxmanager.chat.Choices;
import io.mlxmanager.chat.Prompt;
import io.mlxmanager.chat.Sampling;
import io.mlxmanager.chat.TextRequest;
import io.mlxmanager.engine.Share;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.queue.RequestQueue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A run that waits for its model, for tests of what happens meanwhile. */
final class WaitingRun {

    private WaitingRun() {}

    /** @param lease that it waits for */
    static ChatRun of(CompletableFuture<ModelLease> lease, Duration limit, RequestRecord note) {
        TextRequest request = new TextRequest(
                "m",
                List.of(new Prompt.Text("a")),
                Sampling.UNSPECIFIED,
                OptionalInt.empty(),
                List.of(),
                Optional.empty(),
                OptionalInt.empty(),
                Choices.ONE,
                false);
        Plan plan = Plan.of(request, new GenerationDefaults(Sampling.UNSPECIFIED, Set.of(), List.of()));
        RequestQueue queue = new RequestQueue(new QueueConfig(9, 9));
        return Entrance.enter(
                () -> queue.enter("m", Share.of("user:1")),
                () -> lease,
                held -> new ChatRun(
                        plan,
                        held,
                        null,
                        Optional.empty(),
                        OptionalInt.empty(),
                        limit,
                        Share.of("user:1"),
                        note,
                        new ConstraintLibrary()));
    }
}
