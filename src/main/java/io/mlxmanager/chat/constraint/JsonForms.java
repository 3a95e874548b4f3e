package io.mlxmanager.chat.constraint;

import io.mlxmanager.chat.constraint.Form.Reference;
import io.mlxmanager.chat.constraint.Form.Repeat;
import java.util.List;
import java.util.Map;

/**
 * JSON as such. White space is what printers write, one space or one line break with an indentation, and not what the
 * standard allows: a model that may write any amount of it sometimes never stops.
 */
final class JsonForms {

    private static final int DEEPEST_INDENTATION = 40;

    static final Form SPACE = new Reference("space");
    static final Form STRING = new Reference("string");
    static final Form INTEGER = new Reference("integer");
    static final Form NUMBER = new Reference("number");
    static final Form VALUE = new Reference("value");
    static final Form OBJECT = new Reference("object");
    static final Form ARRAY = new Reference("array");
    static final Form COLON = Form.sequence(Form.text(":"), Form.optional(Form.text(" ")));
    static final Form COMMA = Form.sequence(Form.text(","), SPACE);

    /** What the references above name. */
    static final Map<String, Form> RULES = Map.of(
            "space",
                    Form.choice(
                            Form.empty(),
                            Form.text(" "),
                            Form.sequence(
                                    Form.text("\n"),
                                    new Repeat(Form.chars(CodePoints.of(" \t")), 0, DEEPEST_INDENTATION))),
            "string", new Form.Quoted(Form.any(Form.chars(CodePoints.ANY))),
            "integer", NumberForms.INTEGER,
            "number", NumberForms.NUMBER,
            "value",
                    Form.choice(
                            STRING, NUMBER, OBJECT, ARRAY, Form.text("true"), Form.text("false"), Form.text("null")),
            "object", object(list(Form.sequence(STRING, COLON, VALUE), 0, Repeat.UNBOUNDED)),
            "array", array(list(VALUE, 0, Repeat.UNBOUNDED)));

    private JsonForms() {}

    /** {@code {…}} around members. */
    static Form object(Form members) {
        return Form.sequence(Form.text("{"), SPACE, members, Form.text("}"));
    }

    static Form array(Form items) {
        return Form.sequence(Form.text("["), SPACE, items, Form.text("]"));
    }

    /** So many of the same with commas between them, and space behind the last. */
    static Form list(Form item, int least, int most) {
        if (most == 0) {
            return Form.empty();
        }
        int more = most == Repeat.UNBOUNDED ? Repeat.UNBOUNDED : most - 1;
        Form some = Form.sequence(item, new Repeat(Form.sequence(COMMA, item), Math.max(0, least - 1), more), SPACE);
        return least == 0 ? Form.optional(some) : some;
    }

    /** The literal of a string. */
    static Form quoted(String text) {
        return new Form.Quoted(Form.text(text));
    }

    /** Any of these. */
    static Form choice(List<Form> options) {
        return options.size() == 1 ? options.get(0) : new Form.Choice(options);
    }
}
