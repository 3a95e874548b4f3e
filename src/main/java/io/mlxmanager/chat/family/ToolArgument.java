package io.mlxmanager.chat.family;

import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.constraint.CodePoints;
import io.mlxmanager.chat.constraint.Form;
import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.chat.constraint.GrammarException;
import io.mlxmanager.chat.constraint.SchemaReader;
import io.mlxmanager.chat.parse.ArgumentTypes;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One argument of a tool, for syntaxes that write each by itself.
 *
 * @param schema what it may be
 */
record ToolArgument(Tool tool, String name, boolean required, JsonObject schema) {

    private static final Form ANY_TEXT = Form.any(Form.chars(CodePoints.ANY));
    private static final JsonObject TEXT =
            Json.createObjectBuilder().add("type", "string").build();

    /** The arguments in the order of the declaration. */
    static List<ToolArgument> of(Tool tool) {
        List<ToolArgument> arguments = new ArrayList<>();
        if (tool.parameters().get("properties") instanceof JsonObject properties) {
            properties.forEach((name, value) -> {
                boolean required = tool.parameters().get("required") instanceof JsonArray names
                        && names.contains(Json.createValue(name));
                JsonObject schema = value instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
                arguments.add(new ToolArgument(tool, name, required, schema));
            });
        }
        return arguments;
    }

    /** Whether it is a string whatever it is. */
    boolean isText() {
        return new ArgumentTypes(List.of(tool)).isText(tool.name(), name);
    }

    /** A string as it is, without quotes or escapes. */
    Form text() {
        return schema.isEmpty() ? ANY_TEXT : kept(tool, path(), () -> SchemaReader.text(schema), ANY_TEXT);
    }

    /** Whatever it is, as JSON. */
    Grammar json() {
        JsonObject whole = withDefinitions(schema, tool.parameters());
        Grammar otherwise = isText() ? SchemaReader.read(TEXT) : SchemaReader.anyValue();
        return kept(tool, path(), () -> SchemaReader.read(whole), otherwise);
    }

    private String path() {
        return "properties." + name;
    }

    /** References of an argument's schema point into the schema of all arguments. */
    private static JsonObject withDefinitions(JsonObject schema, JsonObject all) {
        var builder = Json.createObjectBuilder(schema);
        for (String definitions : List.of("$defs", "definitions")) {
            if (all.containsKey(definitions)) {
                builder.add(definitions, all.get(definitions));
            }
        }
        return builder.build();
    }

    /**
     * What {@code reader} makes of a schema; where it cannot be kept to, the tool is refused if it is strict.
     *
     * @param path of the schema in the tool's parameters
     */
    static <T> T kept(Tool tool, String path, Supplier<T> reader, T otherwise) {
        try {
            return reader.get();
        } catch (GrammarException e) {
            if (!tool.strict()) {
                return otherwise;
            }
            String inside = path.isEmpty() || e.path().isEmpty() ? path + e.path() : path + "." + e.path();
            throw new GrammarException(
                    e.kind(), "tools[" + tool.name() + "].function.parameters." + inside, e.getMessage());
        }
    }
}
