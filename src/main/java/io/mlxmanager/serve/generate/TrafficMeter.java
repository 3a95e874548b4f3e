package io.mlxmanager.serve.generate;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts the requests that each model has, and the tokens it gives. Any thread; never blocks. */
@ApplicationScoped
public class TrafficMeter {

    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    private static final class Counter {
        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicInteger running = new AtomicInteger();
        private final LongAdder tokens = new LongAdder();
    }

    /** One request on its way through a model. Used by one thread at a time. */
    public static final class Passage {

        /** Of a request that no model was found for. */
        static final Passage NONE = new Passage(new Counter());

        static {
            NONE.ended();
        }

        private final Counter counter;
        private boolean began;
        private boolean ended;

        private Passage(Counter counter) {
            this.counter = counter;
            this.counter.waiting.incrementAndGet();
        }

        /** The engine has begun. */
        public void started() {
            if (!began && !ended) {
                began = true;
                counter.waiting.decrementAndGet();
                counter.running.incrementAndGet();
            }
        }

        public void token() {
            counter.tokens.increment();
        }

        /** The request is over, whatever came of it. */
        public void ended() {
            if (!ended) {
                ended = true;
                (began ? counter.running : counter.waiting).decrementAndGet();
            }
        }
    }

    /** A request for a model has come. */
    public Passage enter(String modelId) {
        return new Passage(counters.computeIfAbsent(modelId, id -> new Counter()));
    }

    /** What every model that was ever asked for is doing now. */
    public Map<String, Traffic> now() {
        return counters.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, each -> {
            Counter counter = each.getValue();
            return new Traffic(counter.waiting.get(), counter.running.get(), counter.tokens.sum());
        }));
    }
}
