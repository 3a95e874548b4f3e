package io.mlxmanager.serve.queue;

import io.mlxmanager.base.config.QueueConfig;
import io.mlxmanager.base.problem.Overloaded;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.RateLimited;
import io.mlxmanager.engine.Share;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The requests that the engine has not begun with, model by model. Only so many may wait for a model, and only so many of one
 * user at all; who comes then is told when to come again. Any thread.
 */
@ApplicationScoped
public class RequestQueue {

    private static final double SMOOTHING = 0.2;
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

    private final Map<String, WaitingLine<QueuePlace>> lines = new HashMap<>();
    private final Map<String, Integer> perTenant = new HashMap<>();
    private final Map<String, Double> waits = new HashMap<>();
    private LongSupplier clock;
    private int mostPerModel;
    private int mostPerTenant;

    /** For the container's proxy. */
    protected RequestQueue() {}

    @Inject
    public RequestQueue(QueueConfig config) {
        this(config, System::nanoTime);
    }

    /** @param clock nanoseconds that only grow */
    RequestQueue(QueueConfig config, LongSupplier clock) {
        this.clock = clock;
        this.mostPerModel = config.perModel();
        this.mostPerTenant = config.perUser();
    }

    /**
     * Takes a place, which is closed when the engine begins or the request ends.
     *
     * @throws Problem 429 {@code user_queue_full} when too many of the tenant's requests wait, 503 {@code queue_full} when too
     *     many wait for the model; both say when to come again
     */
    public synchronized QueuePlace enter(String model, Share share) {
        String tenant = share.tenant();
        int own = perTenant.getOrDefault(tenant, 0);
        if (own >= mostPerTenant) {
            throw new RateLimited(
                    "user_queue_full",
                    own + " of your requests are waiting already, which is the most a user may have waiting",
                    retryAfter(model));
        }
        WaitingLine<QueuePlace> line = lines.computeIfAbsent(model, name -> new WaitingLine<>());
        if (line.size() >= mostPerModel) {
            throw new Overloaded(
                    "queue_full",
                    line.size() + " requests are waiting for " + model + " already, which is the most that may wait",
                    retryAfter(model));
        }
        QueuePlace place = new QueuePlace(this, model, tenant, clock.getAsLong());
        line.enter(place, share);
        perTenant.put(tenant, own + 1);
        return place;
    }

    /** How many wait and for how long, by model; models nobody waits for are left out. */
    public synchronized Map<String, QueueLength> lengths() {
        Map<String, QueueLength> lengths = new TreeMap<>();
        long now = clock.getAsLong();
        lines.forEach((model, line) -> lengths.put(
                model,
                new QueueLength(line.size(), Duration.ofNanos(now - line.first().since()))));
        return lengths;
    }

    synchronized int place(QueuePlace place) {
        WaitingLine<QueuePlace> line = lines.get(place.model());
        return line == null ? 0 : line.place(place);
    }

    /** @param began whether it was its turn; otherwise it gave up */
    synchronized void leave(QueuePlace place, boolean began) {
        WaitingLine<QueuePlace> line = lines.get(place.model());
        if (line == null || !line.leave(place)) {
            return;
        }
        if (line.size() == 0) {
            lines.remove(place.model());
        }
        perTenant.computeIfPresent(place.tenant(), (tenant, count) -> count == 1 ? null : count - 1);
        if (began) {
            double waited = clock.getAsLong() - place.since();
            waits.merge(place.model(), waited, (before, now) -> before + SMOOTHING * (now - before));
        }
    }

    /** As long as those waited who began lately. */
    private Duration retryAfter(String model) {
        Duration waited = Duration.ofNanos(waits.getOrDefault(model, 0.0).longValue());
        return waited.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : waited;
    }
}
