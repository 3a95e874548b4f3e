package io.mlxmanager.api.inference;

import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.chat.AnswerRequest;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import java.util.List;

/** One request of a protocol, read, and how its answer is written. Confined to the request. */
public interface ChatCall {

    AnswerRequest request();

    /** The name of the answer in its protocol. */
    String id();

    /** Whether the caller wants the answer as it comes. */
    boolean streams();

    /** Fields that nobody knows and that were left aside. */
    List<String> ignored();

    /**
     * A writer of the answer as a whole; used once.
     *
     * @param answers how many there will be
     */
    Whole whole(int answers);

    /** A writer of the answer as a stream; used once. */
    Stream stream();

    /** Adds answers up. */
    interface Whole {

        /** @param choice which of the answers, from 0 on */
        void event(int choice, StreamEvent event);

        /**
         * The body, after the last event.
         *
         * @param usage of all answers together
         */
        String body(Usage usage);
    }

    /** Writes a stream. Every method throws {@link io.mlxmanager.serve.generate.ClientGoneException} when nobody listens. */
    interface Stream {

        /**
         * The stream is open; nothing is known yet.
         *
         * @param answers how many there will be
         */
        default void open(int answers, EventStream events) {}

        /** The prompt is being read. */
        default void started(Usage usage, EventStream events) {}

        /** @param choice which of the answers, from 0 on */
        void event(int choice, StreamEvent event, EventStream events);

        /** Nothing has come for a while. */
        default void idle(EventStream events) {
            events.comment("keep-alive");
        }

        /** The request waits for its turn, which is the first, second... */
        default void queued(int place, EventStream events) {
            events.comment("queued " + place);
        }

        /**
         * After the last event.
         *
         * @param usage of all answers together
         */
        default void end(Usage usage, EventStream events) {}

        /** In place of what was still to come. */
        void error(String body, EventStream events);
    }
}
