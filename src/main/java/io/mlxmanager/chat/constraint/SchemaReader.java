package io.mlxmanager.chat.constraint;

import io.mlxmanager.chat.constraint.Form.Reference;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a grammar of a JSON Schema, draft 2020-12. Whatever the grammar allows is valid; where the schema leaves open what a
 * caller can hardly want, such as members nobody named, the grammar allows less. A keyword that would change what is valid
 * and is not understood is refused by name. Used once.
 */
public final class SchemaReader {

    /** What only describes. */
    static final Set<String> ANNOTATIONS = Set.of(
            "title",
            "description",
            "default",
            "examples",
            "example",
            "deprecated",
            "readOnly",
            "writeOnly",
            "$schema",
            "$id",
            "$comment",
            "discriminator",
            "$defs",
            "definitions");

    private static final Set<String> TEXT = Set.of("pattern", "format", "minLength", "maxLength");
    private static final Set<String> NUMERIC =
            Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");
    private static final Set<String> OBJECT = Set.of("properties", "required", "additionalProperties");
    private static final Set<String> ARRAY = Set.of("items", "prefixItems", "minItems", "maxItems", "uniqueItems");
    private static final List<Set<String>> BY_TYPE = List.of(TEXT, NUMERIC, OBJECT, ARRAY);
    private static final int DEEPEST = 64;

    private final JsonObject root;
    private final Map<String, Form> rules = new HashMap<>(JsonForms.RULES);
    private final Map<Form, String> shared = new HashMap<>();
    private final StructureForms structures = new StructureForms(this);
    private int depth;

    private SchemaReader(JsonObject root) {
        this.root = root;
    }

    /**
     * The JSON texts that are valid.
     *
     * @throws GrammarException naming the keyword that is wrong or not supported by its path in the schema
     */
    public static Grammar read(JsonObject schema) {
        SchemaReader reader = new SchemaReader(schema);
        Form whole = reader.form(schema, "");
        return new Grammar(reader.rules, whole);
    }

    /** As {@link #read}, for a schema that describes an object even where it does not say so. */
    public static Grammar readObject(JsonObject schema) {
        boolean says = List.of("type", "$ref", "anyOf", "oneOf", "allOf", "const", "enum").stream()
                .anyMatch(schema::containsKey);
        return read(
                says
                        ? schema
                        : Json.createObjectBuilder(schema).add("type", "object").build());
    }

    /**
     * The values of a schema that describes strings and nothing else, without their quotes and escapes.
     *
     * @throws GrammarException also when strings are described in a roundabout way, by a reference or alternatives
     */
    public static Form text(JsonObject schema) {
        Form form = new SchemaReader(schema).read(schema, "");
        if (form.equals(JsonForms.STRING)) {
            return Form.any(Form.chars(CodePoints.ANY));
        }
        if (form instanceof Form.Quoted quoted) {
            return quoted.value();
        }
        throw GrammarException.unsupported("", "describes text by a reference or by alternatives.");
    }

    /** Any JSON value. */
    public static Grammar anyValue() {
        return new Grammar(JsonForms.RULES, JsonForms.VALUE);
    }

    /** Any JSON object. */
    public static Grammar anyObject() {
        return new Grammar(JsonForms.RULES, JsonForms.OBJECT);
    }

    /** A reference to the rule of a subschema. */
    Form form(JsonValue schema, String path) {
        if (schema == JsonValue.TRUE) {
            return JsonForms.VALUE;
        }
        if (schema == JsonValue.FALSE) {
            return new Form.Choice(List.of());
        }
        if (!(schema instanceof JsonObject object)) {
            throw GrammarException.invalid(path, "must be a schema: an object, true or false.");
        }
        String name = "#" + path;
        if (!rules.containsKey(name)) {
            if (++depth > DEEPEST) {
                throw GrammarException.unsupported(path, "is nested deeper than " + DEEPEST + " levels.");
            }
            rules.put(name, Form.empty());
            rules.put(name, read(object, path));
            depth--;
        }
        return new Reference(name);
    }

    /** A rule of its own for what stands in several places. */
    Form rule(Form form) {
        return new Reference(shared.computeIfAbsent(form, f -> {
            String name = "shared " + shared.size();
            rules.put(name, form);
            return name;
        }));
    }

    private Form read(JsonObject schema, String path) {
        for (String alone : List.of("$ref", "anyOf", "oneOf", "allOf", "const", "enum")) {
            if (schema.containsKey(alone)) {
                Set<String> beside = alone.equals("const") || alone.equals("enum") ? Set.of("type") : Set.of();
                refuseBeside(schema, path, alone, beside);
                return switch (alone) {
                    case "$ref" -> reference(schema, path);
                    case "anyOf" -> alternatives(schema, "anyOf", path);
                    case "oneOf" -> oneOf(schema, path);
                    case "allOf" -> allOf(schema, path);
                    case "const" -> constants(schema, path, List.of(schema.get("const")));
                    default -> constants(schema, path, array(schema, "enum", path));
                };
            }
        }
        List<String> types = types(schema, path);
        for (String keyword : schema.keySet()) {
            boolean known = ANNOTATIONS.contains(keyword)
                    || keyword.equals("type")
                    || BY_TYPE.stream().anyMatch(set -> set.contains(keyword));
            if (!known) {
                throw unsupported(path, keyword, "this keyword is not enforced here.");
            }
        }
        List<Form> options = new ArrayList<>();
        for (String type : types) {
            options.add(ofType(type, schema, path));
        }
        return JsonForms.choice(options);
    }

    private Form ofType(String type, JsonObject schema, String path) {
        return switch (type) {
            case "string" -> ScalarForms.string(schema, path);
            case "integer" -> ScalarForms.number(schema, path, true);
            case "number" -> ScalarForms.number(schema, path, false);
            case "boolean" -> Form.choice(Form.text("true"), Form.text("false"));
            case "null" -> Form.text("null");
            case "object" -> structures.object(schema, path);
            case "array" -> structures.array(schema, path);
            case "any" -> JsonForms.VALUE;
            default -> throw GrammarException.invalid(at(path, "type"), "names an unknown type \"" + type + "\".");
        };
    }

    /** The types that are named; without any, those that the keywords are about. */
    private static List<String> types(JsonObject schema, String path) {
        JsonValue type = schema.get("type");
        if (type == null) {
            List<String> meant = new ArrayList<>();
            List<String> names = List.of("string", "number", "object", "array");
            for (int i = 0; i < names.size(); i++) {
                if (BY_TYPE.get(i).stream().anyMatch(schema::containsKey)) {
                    meant.add(names.get(i));
                }
            }
            return meant.isEmpty() ? List.of("any") : meant;
        }
        List<String> named = new ArrayList<>();
        for (JsonValue value : type instanceof JsonArray several ? several : List.of(type)) {
            if (!(value instanceof JsonString name)) {
                throw GrammarException.invalid(at(path, "type"), "must be a string or an array of strings.");
            }
            named.add(name.getString());
        }
        if (named.contains("number")) {
            named.remove("integer");
        }
        return named;
    }

    private Form reference(JsonObject schema, String path) {
        if (!(schema.get("$ref") instanceof JsonString name)) {
            throw GrammarException.invalid(at(path, "$ref"), "must be a string.");
        }
        String target = name.getString();
        if (!target.startsWith("#")) {
            throw unsupported(path, "$ref", "only references inside of the same schema, such as \"#/$defs/name\".");
        }
        if (target.equals("#")) {
            return form(root, "");
        }
        String pointer = target.substring(1);
        JsonValue found = value(pointer)
                .orElseThrow(
                        () -> GrammarException.invalid(at(path, "$ref"), "points to nothing: \"" + target + "\"."));
        return form(found, String.join(".", pointer.substring(1).split("/")));
    }

    private Optional<JsonValue> value(String pointer) {
        try {
            return Optional.of(Json.createPointer(pointer).getValue((JsonStructure) root));
        } catch (JsonException | IllegalArgumentException nothing) {
            return Optional.empty();
        }
    }

    private Form alternatives(JsonObject schema, String keyword, String path) {
        JsonArray options = array(schema, keyword, path);
        List<Form> forms = new ArrayList<>();
        for (int i = 0; i < options.size(); i++) {
            forms.add(form(options.get(i), at(path, keyword + "[" + i + "]")));
        }
        return JsonForms.choice(forms);
    }

    private Form oneOf(JsonObject schema, String path) {
        if (!new Exclusion(root).holds(array(schema, "oneOf", path))) {
            throw unsupported(
                    path,
                    "oneOf",
                    "only where types, constants or a required member with constants tell the alternatives apart.");
        }
        return alternatives(schema, "oneOf", path);
    }

    /** Generators wrap a single reference in {@code allOf} to describe it. */
    private Form allOf(JsonObject schema, String path) {
        JsonArray parts = array(schema, "allOf", path);
        if (parts.size() != 1) {
            throw unsupported(path, "allOf", "only with a single schema in it.");
        }
        return form(parts.get(0), at(path, "allOf[0]"));
    }

    private Form constants(JsonObject schema, String path, List<JsonValue> values) {
        List<String> types = schema.containsKey("type") ? types(schema, path) : List.of();
        List<Form> texts = new ArrayList<>();
        List<Form> options = new ArrayList<>();
        for (JsonValue value : values) {
            if (!types.isEmpty() && types.stream().noneMatch(type -> isOf(value, type))) {
                continue;
            }
            if (value instanceof JsonString text) {
                texts.add(Form.text(text.getString()));
            } else {
                options.add(literal(value));
            }
        }
        if (!texts.isEmpty()) {
            options.add(new Form.Quoted(new Form.Choice(texts)));
        }
        return JsonForms.choice(options);
    }

    private static Form literal(JsonValue value) {
        List<Form> items = new ArrayList<>();
        if (value instanceof JsonString text) {
            return JsonForms.quoted(text.getString());
        }
        if (value instanceof JsonArray array) {
            array.forEach(item -> items.add(literal(item)));
            return JsonForms.array(joined(items));
        }
        if (value instanceof JsonObject object) {
            object.forEach(
                    (key, item) -> items.add(Form.sequence(JsonForms.quoted(key), JsonForms.COLON, literal(item))));
            return JsonForms.object(joined(items));
        }
        return Form.text(value.toString());
    }

    private static Form joined(List<Form> items) {
        List<Form> parts = new ArrayList<>();
        for (Form item : items) {
            if (!parts.isEmpty()) {
                parts.add(JsonForms.COMMA);
            }
            parts.add(item);
        }
        parts.add(JsonForms.SPACE);
        return new Form.Sequence(items.isEmpty() ? List.of() : parts);
    }

    private static boolean isOf(JsonValue value, String type) {
        return switch (value.getValueType()) {
            case STRING -> type.equals("string");
            case NUMBER ->
                type.equals("number")
                        || (type.equals("integer")
                                && ((JsonNumber) value)
                                                .bigDecimalValue()
                                                .stripTrailingZeros()
                                                .scale()
                                        <= 0);
            case TRUE, FALSE -> type.equals("boolean");
            case NULL -> type.equals("null");
            case OBJECT -> type.equals("object");
            case ARRAY -> type.equals("array");
        };
    }

    static JsonArray array(JsonObject schema, String keyword, String path) {
        if (schema.get(keyword) instanceof JsonArray array && !array.isEmpty()) {
            return array;
        }
        throw GrammarException.invalid(at(path, keyword), "must be an array that is not empty.");
    }

    private static void refuseBeside(JsonObject schema, String path, String alone, Set<String> allowed) {
        for (String keyword : schema.keySet()) {
            if (!keyword.equals(alone) && !ANNOTATIONS.contains(keyword) && !allowed.contains(keyword)) {
                throw unsupported(path, keyword, "not beside " + alone + ".");
            }
        }
    }

    static GrammarException unsupported(String path, String keyword, String why) {
        return GrammarException.unsupported(at(path, keyword), "is not supported: " + why);
    }

    /** The path of something inside of {@code path}. */
    static String at(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
