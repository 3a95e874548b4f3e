package io.mlxmanager.chat.parse;

/**
 * Follows tool calls after their opening marker, character by character, and tells a {@link CallSink} of what is certain. Used
 * for one block by one thread.
 */
interface CallReader {

    /** Where a reader stands. */
    enum Status {
        /** More may follow. */
        READING,
        /** The last character belonged to the block, which is complete. */
        CLOSED,
        /** The block had ended before: all that was not told to the sink is text. */
        LEFT,
        /** This is not the format: all that was not told to the sink is text. */
        BROKEN
    }

    /** Takes the next character. */
    Status step(char c);

    /** The text has ended; closing markers may be missing. Never {@link Status#READING}. */
    Status end();
}
