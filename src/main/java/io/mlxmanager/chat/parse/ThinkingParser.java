package io.mlxmanager.chat.parse;

/** A parser that tells thinking from the answer. */
public interface ThinkingParser extends StreamParser {

    /** Whether the text so far ends inside thinking; tokens are counted as reasoning by it. */
    boolean isThinking();
}
