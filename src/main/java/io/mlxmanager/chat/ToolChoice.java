package io.mlxmanager.chat;

import java.util.Objects;

/** Whether and which tool the model has to call. */
public sealed interface ToolChoice permits ToolChoice.None, ToolChoice.Auto, ToolChoice.Required, ToolChoice.Named {

    /** No tool may be called; the model does not see the tools. */
    record None() implements ToolChoice {}

    /** The model decides. */
    record Auto() implements ToolChoice {}

    /** At least one call of any tool. */
    record Required() implements ToolChoice {}

    /** Exactly this tool. */
    record Named(String name) implements ToolChoice {
        public Named {
            Objects.requireNonNull(name, "name");
        }
    }
}
