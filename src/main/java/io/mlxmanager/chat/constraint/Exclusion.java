package io.mlxmanager.chat.constraint;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether it can be told of two schemas that no value is valid by both: by their types, by the values they list, or by a
 * member both demand that tells them apart. Where it cannot be told they may still be exclusive.
 */
final class Exclusion {

    private enum Kind {
        STRING,
        NUMBER,
        BOOLEAN,
        NULL,
        OBJECT,
        ARRAY
    }

    private static final int DEEPEST = 16;

    private final JsonObject root;

    /** @param root what references point into */
    Exclusion(JsonObject root) {
        this.root = root;
    }

    /** Whether it can be told of every pair. */
    boolean holds(JsonArray schemas) {
        for (int i = 0; i < schemas.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (!exclusive(schemas.get(i), schemas.get(j), 0)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean exclusive(JsonValue one, JsonValue other, int depth) {
        if (depth > DEEPEST || one == JsonValue.TRUE || other == JsonValue.TRUE) {
            return false;
        }
        if (one == JsonValue.FALSE || other == JsonValue.FALSE) {
            return true;
        }
        Optional<JsonObject> left = followed(one);
        Optional<JsonObject> right = followed(other);
        return left.isPresent() && right.isPresent() && exclusive(left.get(), right.get(), depth);
    }

    private boolean exclusive(JsonObject one, JsonObject other, int depth) {
        Optional<List<JsonValue>> ones = listed(one);
        Optional<List<JsonValue>> others = listed(other);
        if (ones.isPresent() && others.isPresent()) {
            boolean comparable = isScalar(ones.get()) || isScalar(others.get());
            return comparable && Collections.disjoint(ones.get(), others.get());
        }
        Set<Kind> both = kinds(one);
        both.retainAll(kinds(other));
        return both.isEmpty() || (both.equals(EnumSet.of(Kind.OBJECT)) && toldApart(one, other, depth));
    }

    private boolean toldApart(JsonObject one, JsonObject other, int depth) {
        return one.get("required") instanceof JsonArray names
                && other.get("required") instanceof JsonArray otherNames
                && one.get("properties") instanceof JsonObject members
                && other.get("properties") instanceof JsonObject otherMembers
                && names.getValuesAs(JsonValue.class).stream()
                        .filter(otherNames::contains)
                        .filter(JsonString.class::isInstance)
                        .map(name -> ((JsonString) name).getString())
                        .filter(name -> members.containsKey(name) && otherMembers.containsKey(name))
                        .anyMatch(name -> exclusive(members.get(name), otherMembers.get(name), depth + 1));
    }

    /** The schema itself, behind any number of references that is reasonable. */
    private Optional<JsonObject> followed(JsonValue schema) {
        JsonValue at = schema;
        for (int i = 0; i < DEEPEST && at instanceof JsonObject object; i++) {
            if (!(object.get("$ref") instanceof JsonString target)) {
                return Optional.of(object);
            }
            at = target(target.getString());
        }
        return Optional.empty();
    }

    private JsonValue target(String reference) {
        try {
            return reference.startsWith("#")
                    ? Json.createPointer(reference.substring(1)).getValue(root)
                    : JsonValue.NULL;
        } catch (JsonException | IllegalArgumentException nothing) {
            return JsonValue.NULL;
        }
    }

    /** The values of which it must be one, numbers without needless zeros. */
    private static Optional<List<JsonValue>> listed(JsonObject schema) {
        if (schema.containsKey("const")) {
            return Optional.of(List.of(plain(schema.get("const"))));
        }
        return schema.get("enum") instanceof JsonArray values
                ? Optional.of(values.stream().map(Exclusion::plain).toList())
                : Optional.empty();
    }

    /** Numbers inside of arrays and objects may be equal although they are written differently. */
    private static boolean isScalar(List<JsonValue> values) {
        return values.stream().noneMatch(JsonStructure.class::isInstance);
    }

    private static JsonValue plain(JsonValue value) {
        return value instanceof JsonNumber number
                ? Json.createValue(number.bigDecimalValue().stripTrailingZeros())
                : value;
    }

    private static Set<Kind> kinds(JsonObject schema) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        if (listed(schema).isPresent()) {
            listed(schema).get().forEach(value -> kinds.add(kind(value)));
            return kinds;
        }
        JsonValue type = schema.get("type");
        if (type == null) {
            return EnumSet.allOf(Kind.class);
        }
        Collection<JsonValue> names = type instanceof JsonArray several ? new ArrayList<>(several) : List.of(type);
        for (JsonValue name : names) {
            switch (name instanceof JsonString text ? text.getString() : "") {
                case "string" -> kinds.add(Kind.STRING);
                case "integer", "number" -> kinds.add(Kind.NUMBER);
                case "boolean" -> kinds.add(Kind.BOOLEAN);
                case "null" -> kinds.add(Kind.NULL);
                case "object" -> kinds.add(Kind.OBJECT);
                case "array" -> kinds.add(Kind.ARRAY);
                default -> kinds.addAll(EnumSet.allOf(Kind.class));
            }
        }
        return kinds;
    }

    private static Kind kind(JsonValue value) {
        return switch (value.getValueType()) {
            case STRING -> Kind.STRING;
            case NUMBER -> Kind.NUMBER;
            case TRUE, FALSE -> Kind.BOOLEAN;
            case NULL -> Kind.NULL;
            case OBJECT -> Kind.OBJECT;
            case ARRAY -> Kind.ARRAY;
        };
    }
}
