package io.mlxmanager.chat;

import java.util.List;

/** A text that is to be continued. */
public sealed interface Prompt {

    /** As text, in which special tokens may be written out. */
    record Text(String text) implements Prompt {}

    /** As token ids of the model's own vocabulary. */
    record Tokens(List<Integer> ids) implements Prompt {
        public Tokens {
            ids = List.copyOf(ids);
        }
    }
}
