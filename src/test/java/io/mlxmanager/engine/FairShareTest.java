package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FairShareTest {

    private record Job(Share share, int number) {

        String tenant() {
            return share.tenant();
        }
    }

    private final FairShare<Job> shares = new FairShare<>(Job::share);

    private static List<Job> jobs(String tenant, int count) {
        return jobs(Share.of(tenant), count);
    }

    private static List<Job> jobs(Share share, int count) {
        return IntStream.range(0, count).mapToObj(i -> new Job(share, i)).toList();
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
    void theKeysOfATenantShareWhatItGetsAndTakeNothingFromOthers() {
        List<Job> candidates = new ArrayList<>(jobs(new Share("ada", "nightly"), 50));
        candidates.addAll(jobs(new Share("ada", "laptop"), 1));
        candidates.addAll(jobs("bob", 1));
        Map<Share, Integer> served = new HashMap<>();
        for (int step = 0; step < 400; step++) {
            shares.present(candidates);
            shares.pick(candidates, 1).forEach(job -> served.merge(job.share(), 1, Integer::sum));
        }
        assertThat(served.get(Share.of("bob"))).isBetween(199, 201);
        assertThat(served.get(new Share("ada", "laptop"))).isBetween(99, 101);
        assertThat(served.get(new Share("ada", "nightly"))).isBetween(99, 101);
    }

    @Test
    void aKeyThatComesLateHasNoClaimOnThePast() {
        List<Job> first = jobs(new Share("ada", "nightly"), 4);
        for (int step = 0; step < 1000; step++) {
            shares.present(first);
            shares.pick(first, 1);
        }
        List<Job> both = all(first, jobs(new Share("ada", "laptop"), 4));
        shares.present(both);
        int late = 0;
        for (int step = 0; step < 10; step++) {
            late += (int) shares.pick(both, 1).stream()
                    .filter(job -> job.share().key().equals("laptop"))
                    .count();
        }
        assertThat(late).isBetween(4, 6);
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
