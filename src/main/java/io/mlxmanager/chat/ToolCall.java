package io.mlxmanager.chat;

import java.util.Objects;

/**
 * A call of a tool by the model.
 *
 * @param id unique within the conversation, for example {@code call_1a2b3c4d}; never empty
 * @param name the function, as declared in {@link Tool#name()}
 * @param arguments JSON text as the model wrote it; normally an object, but only the reader can tell
 */
public record ToolCall(String id, String name, String arguments) {

    public ToolCall {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(arguments, "arguments");
    }
}
