package io.mlxmanager.chat.template.python;

import java.util.Collections;
import java.util.List;

/** A tuple. */
public record Tuple(List<Object> items) {

    public Tuple {
        items = Collections.unmodifiableList(items);
    }

    public static Tuple of(Object... items) {
        return new Tuple(List.of(items));
    }
}
