package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.Tool;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;

/**
 * What kind of value a model means when its format writes every argument as bare text. Only the declaration of the tool can
 * tell the text {@code 75001} from the number. Immutable.
 */
final class ArgumentTypes {

    private final List<Tool> tools;

    ArgumentTypes(List<Tool> tools) {
        this.tools = List.copyOf(tools);
    }

    /** The value of one argument: text, unless the tool declares another type and the text can be read as JSON. */
    JsonValue value(String tool, String argument, String text) {
        JsonString asText = Json.createValue(text);
        if (declaredAsText(tool, argument)) {
            return asText;
        }
        return json(text).or(() -> json(pythonWord(text))).orElse(asText);
    }

    /** The text as one JSON value; empty when it is not exactly that. */
    static Optional<JsonValue> json(String text) {
        try (JsonParser parser = Json.createParser(new StringReader(text))) {
            if (!parser.hasNext()) {
                return Optional.empty();
            }
            parser.next();
            JsonValue value = parser.getValue();
            return parser.hasNext() ? Optional.empty() : Optional.of(value);
        } catch (JsonException notJson) {
            return Optional.empty();
        }
    }

    private boolean declaredAsText(String name, String argument) {
        return tools.stream()
                .filter(tool -> tool.name().equals(name))
                .findFirst()
                .map(tool -> tool.parameters().get("properties"))
                .map(properties -> properties instanceof JsonObject all ? all.get(argument) : null)
                .map(schema -> schema instanceof JsonObject object ? object.get("type") : null)
                .map(type -> type.equals(Json.createValue("string")))
                .orElse(true);
    }

    /** Templates that print values the Python way teach models to write {@code True} and {@code None}. */
    private static String pythonWord(String text) {
        return switch (text.strip()) {
            case "True" -> "true";
            case "False" -> "false";
            case "None" -> "null";
            default -> text;
        };
    }
}
