package io.mlxmanager.api.openai;

import io.mlxmanager.api.inference.ChatCall;
import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.protocol.openai.ChunkStream;

/** Sends chunks as events without a name. */
record Chunks(ChunkStream chunks) implements ChatCall.Stream {

    @Override
    public void open(int answers, EventStream events) {
        chunks.opening(answers).forEach(chunk -> events.data(chunk.toString()));
    }

    @Override
    public void event(int choice, StreamEvent event, EventStream events) {
        events.data(chunks.chunk(choice, event).toString());
    }

    @Override
    public void end(Usage usage, EventStream events) {
        chunks.usage(usage).ifPresent(chunk -> events.data(chunk.toString()));
        events.data(ChunkStream.DONE);
    }

    @Override
    public void error(String body, EventStream events) {
        events.data(body);
        events.data(ChunkStream.DONE);
    }
}
