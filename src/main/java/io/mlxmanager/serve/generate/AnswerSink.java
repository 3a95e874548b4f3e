package io.mlxmanager.serve.generate;

import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;

/** Where an answer goes. Called by the thread that runs the request. */
public interface AnswerSink {

    /**
     * The next event of one answer.
     *
     * @param choice which answer, from 0 on
     * @throws ClientGoneException when nobody listens any more
     */
    void event(int choice, StreamEvent event);

    /**
     * The prompt is being read; comes before the first event.
     *
     * @param usage with the counts of the prompt
     * @throws ClientGoneException when nobody listens any more
     */
    default void started(Usage usage) {}

    /**
     * Nothing has come for a while; a stream sends a comment, which also shows whether somebody still listens.
     *
     * @throws ClientGoneException when nobody listens any more
     */
    void idle();

    /**
     * The request still waits for its model or its turn; comes about once a second.
     *
     * @param place the turn at which it comes, from 1
     * @throws ClientGoneException when nobody listens any more
     */
    default void queued(int place) {
        idle();
    }
}
