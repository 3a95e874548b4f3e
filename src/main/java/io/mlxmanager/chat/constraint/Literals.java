package io.mlxmanager.chat.constraint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The values of a JSON grammar as models write them that were not trained on JSON. */
public final class Literals {

    private static final Map<Form, Form> PYTHON = Map.of(
            Form.text("true"),
            Form.text("True"),
            Form.text("false"),
            Form.text("False"),
            Form.text("null"),
            Form.text("None"));

    private static final Pattern BARE = Pattern.compile("[[\\p{L}\\p{Nd}_.-]&&[\\x{0}-\\x{FFFF}]]+");

    private Literals() {}

    /** Whether a name needs nothing around it where names are bare. */
    public static boolean isBare(String name) {
        return BARE.matcher(name).matches();
    }

    /** As Python: like JSON but for three words. Its strings understand all escapes that are written here. */
    public static Grammar inPython(Grammar json) {
        return json.each(form -> form.map(part -> PYTHON.getOrDefault(part, part)));
    }

    /**
     * As Gemma: a token of its own stands around strings, in which nothing is escaped; the names of a schema's members are
     * bare where nothing speaks against it.
     *
     * @param quote the token, which occurs in no string
     */
    public static Grammar quotedBy(String quote, Grammar json) {
        return json.each(form -> quotedBy(quote, form));
    }

    private static Form quotedBy(String quote, Form form) {
        if (form instanceof Form.Sequence sequence) {
            List<Form> parts = new ArrayList<>();
            for (int i = 0; i < sequence.parts().size(); i++) {
                Form part = sequence.parts().get(i);
                boolean key = i + 1 < sequence.parts().size()
                        && sequence.parts().get(i + 1).equals(JsonForms.COLON);
                parts.add(key ? key(quote, part) : quotedBy(quote, part));
            }
            return new Form.Sequence(parts);
        }
        if (form instanceof Form.Choice choice) {
            return new Form.Choice(
                    choice.options().stream().map(each -> quotedBy(quote, each)).toList());
        }
        if (form instanceof Form.Repeat repeat) {
            return new Form.Repeat(quotedBy(quote, repeat.form()), repeat.least(), repeat.most());
        }
        return form instanceof Form.Quoted quoted ? between(quote, quoted.value()) : form;
    }

    private static Form key(String quote, Form form) {
        boolean bare =
                form instanceof Form.Quoted quoted && quoted.value() instanceof Form.Text name && isBare(name.text());
        return bare ? ((Form.Quoted) form).value() : quotedBy(quote, form);
    }

    private static Form between(String quote, Form value) {
        return Form.sequence(
                new Form.Marker(quote), new Form.All(List.of(value, new Form.Without(quote))), new Form.Marker(quote));
    }
}
