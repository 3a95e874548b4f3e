package io.mlxmanager.engine.worker;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;

/**
 * One end of the two pipes between server and worker: whole records, each behind its length. Sending never blocks: a thread
 * of its own writes what is queued, so neither a request nor the engine waits for the other process. What waits there is as
 * much as answers may get long.
 *
 * @param <I> what comes in
 * @param <O> what goes out
 */
final class FrameLink<I, O> implements AutoCloseable {

    /** Longer ones come from a process that has lost its mind. */
    private static final int LONGEST = 1 << 28;

    private final DataInputStream in;
    private final DataOutputStream out;
    private final RecordFormat<I> coming;
    private final RecordFormat<O> going;
    /** Empty for the end. */
    private final BlockingQueue<Optional<O>> queue = new LinkedBlockingQueue<>();

    /** @param factory makes the writing thread */
    FrameLink(InputStream in, OutputStream out, Class<I> coming, Class<O> going, ThreadFactory factory) {
        this.in = new DataInputStream(new BufferedInputStream(in));
        this.out = new DataOutputStream(new BufferedOutputStream(out));
        this.coming = new RecordFormat<>(coming);
        this.going = new RecordFormat<>(going);
        factory.newThread(this::write).start();
    }

    /** Sends soon, in order; what cannot be sent any more is lost, and the reading end hears of the end. Any thread. */
    void send(O record) {
        queue.add(Optional.of(record));
    }

    /**
     * Waits for the next record. One thread only.
     *
     * @throws EOFException at the end
     */
    I next() throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("a frame of " + length + " bytes");
        }
        byte[] frame = in.readNBytes(length);
        if (frame.length < length) {
            throw new EOFException();
        }
        return coming.read(frame);
    }

    private void write() {
        try (out) {
            for (Optional<O> record = queue.take(); record.isPresent(); record = queue.take()) {
                byte[] frame = going.bytes(record.get());
                out.writeInt(frame.length);
                out.write(frame);
                if (queue.isEmpty()) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            // The other process is gone; whoever reads from it hears that too.
            queue.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says to the other end that nothing follows, when everything was sent. */
    @Override
    public void close() {
        queue.add(Optional.empty());
    }
}
