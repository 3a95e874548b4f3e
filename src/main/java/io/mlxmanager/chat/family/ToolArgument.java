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
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One argument of a tool, for syntaxes that write each by itself.
 *
 * @param text what it may be where it is a string, which is written as it is
 * @param json what it may be otherwise
 */
record ToolArgument(String name, boolean required, Optional<Form> text, Grammar json) {

    private static final Form ANY_TEXT = Form.any(Form.chars(CodePoints.ANY));

    /** The arguments in the order of the declaration. */
    static List<ToolArgument> of(Tool tool) {
        List<ToolArgument> arguments = new ArrayList<>();
        if (tool.parameters().get("properties") instanceof JsonObject properties) {
            properties.forEach((name, value) -> {
                boolean required = tool.parameters().get("required") instanceof JsonArray names
                        && names.contains(Json.createValue(name));
                arguments.add(of(tool, name, required, value));
            });
        }
        return arguments;
    }

    private static ToolArgument of(Tool tool, String name, boolean required, JsonValue value) {
        JsonObject schema = value instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
        String path = "properties." + name;
        if (new ArgumentTypes(List.of(tool)).isText(tool.name(), name)) {
            Form text = schema.isEmpty() ? ANY_TEXT : kept(tool, path, () -> SchemaReader.text(schema), ANY_TEXT);
            return new ToolArgument(name, required, Optional.of(text), SchemaReader.anyValue());
        }
        JsonObject whole = withDefinitions(schema, tool.parameters());
        Grammar json = kept(tool, path, () -> SchemaReader.read(whole), SchemaReader.anyValue());
        return new ToolArgument(name, required, Optional.empty(), json);
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
