package io.mlxmanager.bench;

import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What a long prompt does to those who are answered meanwhile. It comes in four stretches, each a prompt that begins with all
 * before it and finds that in the cache, so that the gaps of each are known. A stream that ends is followed by another, so
 * that they stay about as long as they are when they are timed alone, before the prompt and after it.
 */
final class LongPrompt {

    private static final int STREAMS = 4;
    private static final int STRETCHES = 4;
    private static final int ALONE = 96;

    /** Tokens of a stream; the first ones are shorter and longer, so that they do not all end at once. */
    private static final int STREAM = 192;

    private static final int PROMPT = 16;

    private final Engine engine;
    private final EngineModel model;
    private final SplittableRandom random = new SplittableRandom(5);
    private final List<Seat> seats = new ArrayList<>();

    LongPrompt(Engine engine, EngineModel model) {
        this.engine = engine;
        this.model = model;
    }

    /** @param length tokens of the prompt */
    void measure(int length, JsonArrayBuilder rows) {
        System.out.printf("%nA prompt of %d tokens beside %d streams%n", length, STREAMS);
        System.out.printf(
                "%16s %10s %12s %12s %16s%n", "positions", "seconds", "gap p50 ms", "gap p99 ms", "p99 to before");
        sit();
        double before = alone("before", 0, rows);
        int[] whole = prompt(length);
        for (int stretch = 0; stretch < STRETCHES; stretch++) {
            int to = length * (stretch + 1) / STRETCHES;
            TimedStream reader = TimedStream.ask(engine, model, Arrays.copyOf(whole, to), 1, "reader");
            long read = reader.tokens().get(0);
            row(length * stretch / STRETCHES + "-" + to, reader.asked(), read, before, rows);
        }
        seats.forEach(Seat::leave);
        sit();
        alone("after", before, rows);
        seats.forEach(Seat::leave);
    }

    private void sit() {
        seats.clear();
        for (int i = 0; i < STREAMS; i++) {
            seats.add(new Seat("tenant" + i, STREAM + (i - STREAMS / 2) * STREAM / 6));
        }
    }

    private int[] prompt(int length) {
        return random.ints(length, 0, 4000).toArray();
    }

    /** @param before 99th percentile of the gaps before the prompt; 0 for not known yet */
    private double alone(String when, double before, JsonArrayBuilder rows) {
        List<TimedStream> streams = seats.stream().map(Seat::now).toList();
        streams.forEach(stream -> stream.await(1));
        long from = System.nanoTime();
        int enough = streams.stream().mapToInt(TimedStream::count).max().orElseThrow() + ALONE;
        streams.forEach(stream -> stream.await(enough));
        return row("alone, " + when, from, System.nanoTime(), before, rows);
    }

    private double row(String what, long from, long to, double before, JsonArrayBuilder rows) {
        List<Double> gaps =
                seats.stream().flatMap(seat -> seat.gaps(from, to).stream()).toList();
        double middle = TimedStream.percentile(gaps, 50);
        double high = TimedStream.percentile(gaps, 99);
        System.out.printf(
                Locale.ROOT,
                "%16s %10.1f %12.1f %12.1f %16.2f%n",
                what,
                (to - from) / 1e9,
                middle,
                high,
                before > 0 ? high / before : 1);
        rows.add(Json.createObjectBuilder()
                .add("long_prompt", what)
                .add("seconds", (to - from) / 1e9)
                .add("gap_p50_ms", middle)
                .add("gap_p99_ms", high));
        return high;
    }

    /** Where one stream follows another. */
    private final class Seat {

        private final String tenant;
        private final int[] question = prompt(PROMPT);
        private final List<TimedStream> streams = new ArrayList<>();
        private boolean left;

        Seat(String tenant, int first) {
            this.tenant = tenant;
            ask(first);
        }

        private synchronized void ask(int tokens) {
            if (!left) {
                streams.add(TimedStream.ask(engine, model, question, tokens, tenant, () -> ask(STREAM)));
            }
        }

        synchronized TimedStream now() {
            return streams.get(streams.size() - 1);
        }

        synchronized List<Double> gaps(long from, long to) {
            return streams.stream()
                    .flatMap(stream -> stream.gaps(from, to).stream())
                    .toList();
        }

        void leave() {
            TimedStream last;
            synchronized (this) {
                left = true;
                last = now();
            }
            last.cancel();
        }
    }
}
