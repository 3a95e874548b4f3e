package io.mlxmanager.api.sse;

import io.mlxmanager.serve.generate.ClientGoneException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes server-sent events. Every event leaves at once. Confined to one thread.
 */
public final class EventStream {

    private final OutputStream out;

    /**
     * Opens the stream: the headers leave now, because the server otherwise keeps the first event until the second.
     *
     * @throws ClientGoneException when nobody is there
     */
    public EventStream(OutputStream out) {
        this.out = out;
        try {
            out.flush();
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    /** An event without a name; line ends in the data start a new data line. */
    public void data(String data) {
        write("data: " + data.replace("\n", "\ndata: ") + "\n\n");
    }

    /** An event with a name. */
    public void event(String name, String data) {
        write("event: " + name + "\ndata: " + data.replace("\n", "\ndata: ") + "\n\n");
    }

    /** As {@link #data(String)}, with an id that clients send back as Last-Event-ID. */
    public void data(String id, String data) {
        write("id: " + id + "\ndata: " + data.replace("\n", "\ndata: ") + "\n\n");
    }

    /** A line that clients ignore. */
    public void comment(String text) {
        write(": " + text + "\n\n");
    }

    private void write(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }
}
