package io.mlxmanager.chat.constraint;

import java.util.Map;
import java.util.Objects;

/**
 * Everything that may be written: named forms, one of which is the whole text. A value; equal grammars share what is
 * computed for them.
 *
 * @param rules by name; every {@link Form.Reference} in them names one
 * @param root the form of the whole text
 */
public record Grammar(Map<String, Form> rules, Form root) {

    public Grammar {
        rules = Map.copyOf(rules);
        Objects.requireNonNull(root, "root");
    }

    public static Grammar of(Form root) {
        return new Grammar(Map.of(), root);
    }

    /** The same rules under another form of the whole text. */
    public Grammar withRoot(Form value) {
        return new Grammar(rules, value);
    }

}
