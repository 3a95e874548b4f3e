package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.parse.CallBlock.Call;
import java.util.List;
import java.util.Optional;

/**
 * Calls that mean something only as a whole, up to a closing marker or the end of the answer. A second opening marker shows
 * that the first opened nothing.
 */
final class BlockReader implements CallReader {

    private final String open;
    private final String close;
    private final CallBlock block;
    private final CallSink sink;
    private final StringBuilder text = new StringBuilder();

    /** @param open where the format would begin again; empty when that cannot be told */
    BlockReader(String open, String close, CallBlock block, CallSink sink) {
        this.open = open;
        this.close = close;
        this.block = block;
        this.sink = sink;
    }

    @Override
    public Status step(char c) {
        text.append(c);
        if (endsWith(close)) {
            text.setLength(text.length() - close.length());
            return read();
        }
        return !open.isEmpty() && endsWith(open) ? Status.BROKEN : Status.READING;
    }

    @Override
    public Status end() {
        return read();
    }

    private boolean endsWith(String marker) {
        int from = text.length() - marker.length();
        return from >= 0 && text.indexOf(marker, from) == from;
    }

    private Status read() {
        Optional<List<Call>> calls = block.read(text.toString());
        calls.ifPresent(found -> found.forEach(this::tell));
        return calls.isPresent() ? Status.CLOSED : Status.BROKEN;
    }

    private void tell(Call call) {
        sink.call(call.name());
        sink.arguments(call.arguments());
    }
}
