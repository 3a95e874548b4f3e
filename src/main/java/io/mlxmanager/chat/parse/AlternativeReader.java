package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.parse.CallForm.Body;
import java.util.ArrayList;
import java.util.List;

/** Follows several formats at once until one of them finds a call; that one goes on alone. */
final class AlternativeReader implements CallReader {

    private final List<Candidate> candidates = new ArrayList<>();

    AlternativeReader(List<Body> bodies, List<Tool> tools, CallSink sink) {
        for (Body body : bodies) {
            Latch latch = new Latch(sink);
            candidates.add(new Candidate(body.reader(tools, latch), latch));
        }
    }

    @Override
    public Status step(char c) {
        for (Candidate candidate : List.copyOf(candidates)) {
            Status status = candidate.reader.step(c);
            if (candidate.latch.heard()) {
                keep(candidate);
                return status;
            }
            if (status != Status.READING) {
                candidates.remove(candidate);
            }
        }
        return candidates.isEmpty() ? Status.BROKEN : Status.READING;
    }

    @Override
    public Status end() {
        for (Candidate candidate : candidates) {
            Status status = candidate.reader.end();
            if (candidate.latch.heard()) {
                return status;
            }
        }
        return Status.BROKEN;
    }

    private void keep(Candidate winner) {
        candidates.clear();
        candidates.add(winner);
    }

    private record Candidate(CallReader reader, Latch latch) {}

    /** Remembers whether anything came through. */
    private static final class Latch implements CallSink {

        private final CallSink sink;
        private boolean heard;

        Latch(CallSink sink) {
            this.sink = sink;
        }

        boolean heard() {
            return heard;
        }

        @Override
        public void call(String name) {
            heard = true;
            sink.call(name);
        }

        @Override
        public void arguments(CharSequence fragment) {
            sink.arguments(fragment);
        }

        @Override
        public void ended() {
            sink.ended();
        }

        @Override
        public void missing(CharSequence fragment) {
            sink.missing(fragment);
        }
    }
}
