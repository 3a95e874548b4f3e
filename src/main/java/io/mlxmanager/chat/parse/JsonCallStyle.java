package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.Tool;
import java.util.List;

/**
 * How strictly JSON must look like a call. Immutable.
 *
 * @param keyed whether calls are written {@code {"f": {"a": 1}}} instead of with keys for name and arguments
 * @param onlyKnown whether only calls of offered tools, with no other keys than calls have, are calls: where no marker says
 *     that JSON is a call, an answer in JSON must not be taken for one
 * @param tools that were offered
 */
record JsonCallStyle(boolean keyed, boolean onlyKnown, List<Tool> tools) {

    boolean acceptsName(String name) {
        return !onlyKnown || tools.stream().anyMatch(tool -> tool.name().equals(name));
    }

    boolean readsKey(String key, boolean usual) {
        return keyed ? !key.isBlank() : usual || !onlyKnown;
    }
}
