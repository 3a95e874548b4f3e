package io.mlxmanager.chat.parse;

import java.util.List;
import java.util.Optional;

/** Reads what stands between the opening and the closing marker of a block of tool calls. Implementations are pure. */
@FunctionalInterface
public interface CallBlock {

    /**
     * One call.
     *
     * @param name of the function, never empty
     * @param arguments a JSON object as text
     */
    record Call(String name, String arguments) {}

    /**
     * Reads a block.
     *
     * @param inside the text between the markers
     * @return the calls in order, at least one; empty when the text is not in the format
     */
    Optional<List<Call>> read(String inside);
}
