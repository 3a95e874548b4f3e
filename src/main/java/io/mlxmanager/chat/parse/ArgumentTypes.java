package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.JsonText;
import io.mlxmanager.chat.Tool;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What kind of value a model means when its format writes every argument as bare text. Only the declaration of the tool can
 * tell the text {@code 75001} from the number; without one it is text. Immutable.
 */
public final class ArgumentTypes {

    private static final int DEEPEST_SCHEMA = 16;

    private final List<Tool> tools;

    public ArgumentTypes(List<Tool> tools) {
        this.tools = List.copyOf(tools);
    }

    /** Whether a value is a string whatever it looks like. */
    public boolean isText(String tool, String argument) {
        Set<String> kinds = kinds(tool, argument);
        return kinds.isEmpty() || kinds.equals(Set.of("string"));
    }

    /** The value of one argument: what the text says in JSON if the tool declares that kind, else the text. */
    JsonValue value(String tool, String argument, String text) {
        Set<String> kinds = kinds(tool, argument);
        if (kinds.isEmpty() || kinds.equals(Set.of("string"))) {
            return Json.createValue(text);
        }
        return json(text)
                .filter(value -> !kinds.contains("string") || kinds.contains(kind(value)))
                .orElse(Json.createValue(text));
    }

    /** The text as JSON, or as a string where it is none. */
    static JsonValue jsonOrText(String text) {
        return json(text).orElse(Json.createValue(text));
    }

    /** The text as one JSON value, repaired as {@link JsonScanner} does; empty when it is not exactly that. */
    static Optional<JsonValue> json(String text) {
        StringBuilder passed = new StringBuilder();
        JsonScanner scanner = new JsonScanner();
        String stripped = text.strip() + " ";
        for (int i = 0; i < stripped.length(); i++) {
            JsonScanner.Step step = scanner.step(stripped.charAt(i), passed);
            boolean rest = (step == JsonScanner.Step.LAST && i < stripped.length() - 2)
                    || (step == JsonScanner.Step.AFTER && i < stripped.length() - 1);
            if (step == JsonScanner.Step.BROKEN || rest) {
                return Optional.empty();
            }
            if (step != JsonScanner.Step.MORE) {
                return JsonText.read(passed.toString());
            }
        }
        return Optional.empty();
    }

    private Set<String> kinds(String name, String argument) {
        Set<String> kinds = new HashSet<>();
        for (Tool tool : tools) {
            if (tool.name().equals(name)
                    && tool.parameters().get("properties") instanceof JsonObject properties
                    && properties.get(argument) instanceof JsonObject schema) {
                addKinds(schema, tool.parameters(), kinds, 0);
            }
        }
        return kinds;
    }

    private static void addKinds(JsonObject schema, JsonObject root, Set<String> kinds, int depth) {
        if (depth > DEEPEST_SCHEMA) {
            return;
        }
        JsonValue type = schema.getOrDefault("type", JsonValue.NULL);
        for (JsonValue each : type instanceof JsonArray several ? several : List.of(type)) {
            if (each instanceof JsonString word) {
                kinds.add(usual(word.getString()));
            }
        }
        for (String alternatives : List.of("anyOf", "oneOf", "allOf")) {
            if (schema.get(alternatives) instanceof JsonArray all) {
                for (JsonValue each : all) {
                    if (each instanceof JsonObject inner) {
                        addKinds(inner, root, kinds, depth + 1);
                    }
                }
            }
        }
        if (kinds.isEmpty() && schema.get("enum") instanceof JsonArray values) {
            values.forEach(value -> kinds.add(kind(value)));
        }
        if (schema.get("$ref") instanceof JsonString reference) {
            referred(reference.getString(), root).ifPresent(inner -> addKinds(inner, root, kinds, depth + 1));
        }
        if (schema.getOrDefault("nullable", JsonValue.FALSE) == JsonValue.TRUE) {
            kinds.add("null");
        }
    }

    private static Optional<JsonObject> referred(String reference, JsonObject root) {
        JsonValue at = root;
        for (String step : reference.replaceFirst("^#/?", "").split("/")) {
            at = at instanceof JsonObject object ? object.get(step) : null;
        }
        return at instanceof JsonObject found ? Optional.of(found) : Optional.empty();
    }

    private static String kind(JsonValue value) {
        return switch (value.getValueType()) {
            case STRING -> "string";
            case NUMBER -> "number";
            case TRUE, FALSE -> "boolean";
            case NULL -> "null";
            case ARRAY -> "array";
            case OBJECT -> "object";
        };
    }

    private static String usual(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return lower.equals("integer") ? "number" : lower;
    }
}
