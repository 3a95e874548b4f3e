package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.parse.CallBlock.Call;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tool calls in blocks that mean something only as a whole, because their arguments become JSON when they are read. A call
 * is emitted when its block closes, or at the end of the answer if the closing marker is missing. A block that cannot be read
 * is text, markers included. White space between text and calls is form, not text.
 */
public final class BlockParser implements StreamParser {

    private final String open;
    private final String close;
    private final CallBlock block;
    private final Supplier<String> ids;
    private final Events events = new Events();
    private final StringBuilder buffer = new StringBuilder();

    /** Whether the buffer begins right after an opening marker. */
    private boolean inside;

    /** Where in the buffer the closing marker may begin at the earliest. */
    private int searched;

    /** White space and marker as they were written, which are text if there is no call. */
    private String opening = "";

    private boolean afterBlock;
    private int calls;

    /**
     * A parser for one answer.
     *
     * @param ids makes the id of each call, for example {@link CallIds}
     */
    public BlockParser(String open, String close, CallBlock block, Supplier<String> ids) {
        this.open = open;
        this.close = close;
        this.block = block;
        this.ids = ids;
    }

    @Override
    public List<StreamEvent> accept(String text) {
        buffer.append(text);
        run();
        return events.drain();
    }

    @Override
    public List<StreamEvent> finish() {
        while (inside) {
            endBlock(buffer.length(), buffer.length());
            run();
        }
        if (afterBlock) {
            skipSpace();
        }
        events.content(buffer);
        buffer.setLength(0);
        return events.drain();
    }

    private void run() {
        boolean moved = true;
        while (moved) {
            moved = inside ? block() : text();
        }
    }

    private boolean text() {
        if (afterBlock) {
            skipSpace();
            afterBlock = buffer.length() == 0;
        }
        int marker = Markers.find(buffer, open);
        int certain = marker >= 0 ? marker : buffer.length() - Markers.heldBack(buffer, open);
        int end = Markers.trimmedEnd(buffer.subSequence(0, certain));
        events.content(buffer.substring(0, end));
        if (marker < 0) {
            buffer.delete(0, end);
            return false;
        }
        opening = buffer.substring(end, marker + open.length());
        buffer.delete(0, marker + open.length());
        inside = true;
        searched = 0;
        return true;
    }

    private boolean block() {
        int end = buffer.indexOf(close, searched);
        if (end < 0) {
            searched = Math.max(0, buffer.length() - close.length() + 1);
            return false;
        }
        endBlock(end, end + close.length());
        return true;
    }

    /** Reads the block up to {@code end}; if it is one, {@code next} is where the text goes on. */
    private void endBlock(int end, int next) {
        Optional<List<Call>> read = block.read(buffer.substring(0, end));
        if (read.isPresent()) {
            read.get().forEach(this::emit);
            buffer.delete(0, next);
        } else {
            events.content(opening);
        }
        inside = false;
        afterBlock = read.isPresent();
    }

    private void emit(Call call) {
        events.started(calls, ids.get(), call.name());
        events.arguments(calls, call.arguments());
        calls++;
    }

    private void skipSpace() {
        buffer.delete(0, Markers.skipSpace(buffer, 0));
    }
}
