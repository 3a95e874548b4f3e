package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FairShareTest {

    private record Job(String tenant, int number) {}

    private final FairShare<Job> shares = new FairShare<>(Job::tenant);

    private static List<Job> jobs(String tenant, int count) {
        return IntStream.range(0, count).mapToObj(i -> new Job(tenant, i)).toList();
    }

    private static List<Job> all(List<Job> first, List<Job> second) {
        List<Job> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    @Test
    void everythingIsChosenWhenThereIsRoom() {
        List<Job> candidates = all(jobs("ada", 2), jobs("bob", 1));
        shares.present(candidates);
        assertThat(shares.pick(candidates, 4)).containsExactlyInAnyOrderElementsOf(candidates);
    }

    @Test
    void aTenantWithFiftyRequestsGetsAsMuchAsOneWithOne() {
        List<Job> candidates = all(jobs("ada", 50), jobs("bob", 1));
        int bob = 0;
        for (int step = 0; step < 100; step++) {
            shares.present(candidates);
            bob += (int) shares.pick(candidates, 2).stream()
                    .filter(job -> job.tenant().equals("bob"))
                    .count();
        }
        assertThat(bob).isBetween(99, 100);
    }

    @Test
    void whoComesLateIsServedNextAndHasNoClaimOnThePast() {
        List<Job> many = jobs("ada", 8);
        for (int step = 0; step < 1000; step++) {
            shares.present(many);
            shares.pick(many, 4);
        }
        List<Job> both = all(many, jobs("bob", 8));
        shares.present(both);
        List<Job> next = shares.pick(both, 4);
        assertThat(next).filteredOn(job -> job.tenant().equals("bob")).hasSize(2);
    }

    @Test
    void theOldestOfATenantComesFirst() {
        List<Job> candidates = jobs("ada", 9);
        shares.present(candidates);
        assertThat(shares.pick(candidates, 3)).extracting(Job::number).containsExactly(0, 1, 2);
    }

    @Test
    void workDoneElsewhereCounts() {
        List<Job> candidates = all(jobs("ada", 1), jobs("bob", 1));
        shares.present(candidates);
        shares.charge(candidates.get(0), 5);
        for (int step = 0; step < 5; step++) {
            assertThat(shares.pick(candidates, 1)).extracting(Job::tenant).containsExactly("bob");
        }
        assertThat(shares.pick(candidates, 2)).hasSize(2);
    }
}
