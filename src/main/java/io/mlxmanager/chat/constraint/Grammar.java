package io.mlxmanager.chat.constraint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

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

    /** What either allows. */
    public Grammar or(Grammar other) {
        Grammar beside = other.scoped("or ");
        Map<String, Form> both = new HashMap<>(rules);
        both.putAll(beside.rules);
        return new Grammar(both, Form.choice(root, beside.root));
    }

    /** The same language with rules whose names begin with {@code scope}, to stand beside other grammars. */
    public Grammar scoped(String scope) {
        UnaryOperator<Form> rename = part -> part instanceof Form.Reference reference && isOwn(reference.rule())
                ? new Form.Reference(scope + reference.rule())
                : part;
        Map<String, Form> renamed = new HashMap<>();
        rules.forEach((name, form) -> renamed.put(isOwn(name) ? scope + name : name, form.map(rename)));
        return new Grammar(renamed, root.map(rename));
    }

    /** Rules that are the same in all grammars of JSON keep their names, and what was found out about them is shared. */
    private boolean isOwn(String rule) {
        return !JsonForms.RULES.containsKey(rule) || !rules.entrySet().containsAll(JsonForms.RULES.entrySet());
    }

    /** The same JSON without strings in which {@code text} occurs, for syntaxes in which it would end the JSON. */
    public Grammar withoutInStrings(String text) {
        return each(form -> form.map(part -> part instanceof Form.Quoted quoted
                ? new Form.Quoted(new Form.All(List.of(quoted.value(), new Form.Without(text))))
                : part));
    }

    /** Every rule and the whole text changed in the same way. */
    Grammar each(UnaryOperator<Form> change) {
        Map<String, Form> changed = new HashMap<>();
        rules.forEach((name, form) -> changed.put(name, change.apply(form)));
        return new Grammar(changed, change.apply(root));
    }
}
