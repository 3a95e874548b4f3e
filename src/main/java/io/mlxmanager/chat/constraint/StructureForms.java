package io.mlxmanager.chat.constraint;

import io.mlxmanager.chat.constraint.Form.Repeat;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Objects and arrays of a JSON Schema. Members come in the order of the schema, as OpenAI documents it; members that nobody
 * named come last, and only where {@code additionalProperties} says so.
 */
final class StructureForms {

    private record Member(Form form, boolean required) {}

    private final SchemaReader reader;

    StructureForms(SchemaReader reader) {
        this.reader = reader;
    }

    Form object(JsonObject schema, String path) {
        if (List.of("properties", "required", "additionalProperties").stream().noneMatch(schema::containsKey)) {
            return JsonForms.OBJECT;
        }
        JsonValue given = schema.getOrDefault("properties", JsonValue.EMPTY_JSON_OBJECT);
        if (!(given instanceof JsonObject properties)) {
            throw GrammarException.invalid(SchemaReader.at(path, "properties"), "must be an object.");
        }
        JsonValue additional = schema.getOrDefault(
                "additionalProperties", schema.containsKey("properties") ? JsonValue.FALSE : JsonValue.TRUE);
        Set<String> required = required(schema, path);
        Map<String, Form> values = new LinkedHashMap<>();
        properties.forEach((name, value) ->
                values.put(name, reader.form(value, SchemaReader.at(path, "properties." + name))));
        String others = SchemaReader.at(path, "additionalProperties");
        for (String name : required) {
            if (!values.containsKey(name)) {
                values.put(
                        name,
                        schema.containsKey("additionalProperties") ? reader.form(additional, others) : JsonForms.VALUE);
            }
        }
        List<Member> members = new ArrayList<>();
        values.forEach((name, value) -> members.add(
                new Member(Form.sequence(JsonForms.quoted(name), JsonForms.COLON, value), required.contains(name))));
        Optional<Form> more = additional == JsonValue.FALSE
                ? Optional.empty()
                : Optional.of(Form.sequence(
                        new Form.Quoted(new Form.Except(List.copyOf(values.keySet()))),
                        JsonForms.COLON,
                        reader.form(additional, others)));
        return JsonForms.object(members(members, more));
    }

    private static Set<String> required(JsonObject schema, String path) {
        Set<String> names = new LinkedHashSet<>();
        JsonValue value = schema.getOrDefault("required", JsonValue.EMPTY_JSON_ARRAY);
        if (!(value instanceof JsonArray array)) {
            throw GrammarException.invalid(SchemaReader.at(path, "required"), "must be an array of strings.");
        }
        for (JsonValue each : array) {
            if (!(each instanceof JsonString name)) {
                throw GrammarException.invalid(SchemaReader.at(path, "required"), "must be an array of strings.");
            }
            names.add(name.getString());
        }
        return names;
    }

    /** Whichever member comes first has no comma before it; from then on each brings its own. */
    private Form members(List<Member> members, Optional<Form> more) {
        List<Form> named = new ArrayList<>();
        for (Member member : members) {
            named.add(reader.rule(member.form()));
        }
        Optional<Form> other = more.map(reader::rule);
        List<Form> options = new ArrayList<>();
        int first = 0;
        boolean mayBeEmpty = true;
        while (first < members.size() && mayBeEmpty) {
            options.add(Form.sequence(named.get(first), rest(members, named, first + 1, other)));
            mayBeEmpty = !members.get(first).required();
            first++;
        }
        if (mayBeEmpty) {
            other.ifPresent(form -> options.add(JsonForms.list(form, 1, Repeat.UNBOUNDED)));
            options.add(Form.empty());
        }
        return JsonForms.choice(options);
    }

    private static Form rest(List<Member> members, List<Form> named, int from, Optional<Form> other) {
        List<Form> parts = new ArrayList<>();
        for (int i = from; i < members.size(); i++) {
            Form next = Form.sequence(JsonForms.COMMA, named.get(i));
            parts.add(members.get(i).required() ? next : Form.optional(next));
        }
        other.ifPresent(form -> parts.add(Form.any(Form.sequence(JsonForms.COMMA, form))));
        parts.add(JsonForms.SPACE);
        return new Form.Sequence(parts);
    }

    Form array(JsonObject schema, String path) {
        if (schema.getOrDefault("uniqueItems", JsonValue.FALSE) != JsonValue.FALSE) {
            throw SchemaReader.unsupported(path, "uniqueItems", "what was written is not compared.");
        }
        int least = ScalarForms.count(schema, "minItems", path).orElse(0);
        int most = ScalarForms.count(schema, "maxItems", path).orElse(Repeat.UNBOUNDED);
        if (most != Repeat.UNBOUNDED && most < least) {
            throw GrammarException.invalid(SchemaReader.at(path, "maxItems"), "is less than minItems.");
        }
        JsonValue items = schema.getOrDefault("items", JsonValue.TRUE);
        if (!schema.containsKey("prefixItems")) {
            if (schema.getOrDefault("items", null) == null && least == 0 && most == Repeat.UNBOUNDED) {
                return JsonForms.ARRAY;
            }
            Form item = reader.form(items, SchemaReader.at(path, "items"));
            return JsonForms.array(JsonForms.list(item, least, most));
        }
        JsonArray prefix = SchemaReader.array(schema, "prefixItems", path);
        boolean open = schema.containsKey("items") || least > prefix.size();
        int longest = open ? most : Math.min(prefix.size(), most == Repeat.UNBOUNDED ? prefix.size() : most);
        List<Form> first = new ArrayList<>();
        for (int i = 0; i < prefix.size(); i++) {
            first.add(reader.form(prefix.get(i), SchemaReader.at(path, "prefixItems[" + i + "]")));
        }
        return JsonForms.array(tuple(first, reader.form(items, SchemaReader.at(path, "items")), least, longest, 0));
    }

    /** The items from number {@code i} on. */
    private static Form tuple(List<Form> first, Form others, int least, int most, int i) {
        if (most == i) {
            return i == 0 ? Form.empty() : JsonForms.SPACE;
        }
        Form comma = i == 0 ? Form.empty() : JsonForms.COMMA;
        Form end = i == 0 ? Form.empty() : JsonForms.SPACE;
        Form written;
        if (i < first.size()) {
            written = Form.sequence(comma, first.get(i), tuple(first, others, least, most, i + 1));
        } else {
            int left = most == Repeat.UNBOUNDED ? Repeat.UNBOUNDED : most - i;
            Form more = new Repeat(Form.sequence(JsonForms.COMMA, others), Math.max(0, least - i), left);
            return Form.sequence(more, JsonForms.SPACE);
        }
        return i >= least ? Form.choice(end, written) : written;
    }
}
