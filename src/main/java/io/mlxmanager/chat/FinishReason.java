package io.mlxmanager.chat;

/** Why an answer ended. */
public enum FinishReason {
    /** The model ended its turn, or a stop text was reached. */
    STOP,
    /** The token limit or the end of the context was reached. */
    LENGTH,
    /** The model ended its turn with at least one tool call. */
    TOOL_CALLS,
    /** The caller went away or cancelled. */
    CANCELLED
}
