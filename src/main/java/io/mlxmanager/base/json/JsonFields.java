package io.mlxmanager.base.json;

import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import jakarta.json.stream.JsonParsingException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * One JSON object of a request, read field by field. Faults are collected, not thrown, so that a client hears of all of
 * them at once: read every field, then call {@link #end()}, which refuses fields nobody asked for and throws one {@link
 * InvalidInput} if anything was wrong. A reading method that met a fault returns an empty value; it must not be used
 * before {@code end()} has returned. JSON {@code null} counts as absent.
 *
 * <p>Confined to one thread.
 */
public final class JsonFields {

    private static final JsonParserFactory PARSERS = Json.createParserFactory(Map.of());

    private final JsonObject object;
    private final String path;
    private final List<FieldError> errors;
    private final Set<String> asked = new HashSet<>();

    private JsonFields(JsonObject object, String path, List<FieldError> errors) {
        this.object = object;
        this.path = path;
        this.errors = errors;
    }

    /** Reads over an object that was parsed elsewhere. */
    public static JsonFields of(JsonObject object) {
        return new JsonFields(object, "", new ArrayList<>());
    }

    /**
     * Parses a whole body. Does not close the stream.
     *
     * @throws Problem 400 when the body is not JSON (with the line and column), 422 when it is JSON but no object
     */
    public static JsonFields parse(InputStream body) {
        JsonValue value = parseValue(body);
        if (value.getValueType() != ValueType.OBJECT) {
            throw InvalidInput.of("", "the body must be a JSON object, not " + article(value));
        }
        return of(value.asJsonObject());
    }

    private static JsonValue parseValue(InputStream body) {
        try {
            // Not closed: that would close the stream, which is not ours.
            JsonParser parser = PARSERS.createParser(body, StandardCharsets.UTF_8);
            parser.next();
            JsonValue value = parser.getValue();
            parser.hasNext(); // fails when anything follows the value
            return value;
        } catch (Problem e) {
            throw e;
        } catch (JsonException | NoSuchElementException | UnsupportedOperationException e) {
            // The last is what a number of too many digits throws.
            throw malformed(e);
        } catch (RuntimeException e) {
            // What the parser throws when the nesting is too deep.
            throw e.getClass() == RuntimeException.class ? malformed(e) : e;
        }
    }

    public String requiredString(String field, int maxLength) {
        Optional<String> value = optionalString(field, maxLength);
        if (value.isEmpty() && find(field).isEmpty()) {
            fault(field, "is required");
        }
        return value.orElse("");
    }

    /** @param maxLength in UTF-16 code units */
    public Optional<String> optionalString(String field, int maxLength) {
        Optional<JsonValue> found = ofType(field, "a string", ValueType.STRING);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String text = ((JsonString) found.get()).getString();
        if (text.length() > maxLength) {
            fault(field, "must have at most " + maxLength + " characters");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    public OptionalInt optionalInt(String field, int min, int max) {
        Optional<JsonValue> found = ofType(field, "an integer", ValueType.NUMBER);
        if (found.isEmpty()) {
            return OptionalInt.empty();
        }
        JsonNumber number = (JsonNumber) found.get();
        // A number such as 1e999999999 is "integral" but must not be expanded; the exponent is looked at first.
        BigDecimal decimal = number.bigDecimalValue();
        boolean huge = (long) decimal.precision() - decimal.scale() > 12;
        if (!huge && (decimal.scale() > 400 || decimal.stripTrailingZeros().scale() > 0)) {
            fault(field, "must be an integer");
            return OptionalInt.empty();
        }
        if (huge || decimal.longValue() < min || decimal.longValue() > max) {
            fault(field, "must be between " + min + " and " + max);
            return OptionalInt.empty();
        }
        return OptionalInt.of(decimal.intValue());
    }

    public OptionalDouble optionalDouble(String field, double min, double max) {
        Optional<JsonValue> found = ofType(field, "a number", ValueType.NUMBER);
        if (found.isEmpty()) {
            return OptionalDouble.empty();
        }
        double value = ((JsonNumber) found.get()).doubleValue();
        if (!(value >= min && value <= max)) {
            fault(field, "must be between " + min + " and " + max);
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(value);
    }

    public Optional<Boolean> optionalBoolean(String field) {
        return ofType(field, "true or false", ValueType.TRUE, ValueType.FALSE).map(JsonValue.TRUE::equals);
    }

    /** A string out of a closed set; {@code parse} answers empty for a word that is not in it. */
    public <T> Optional<T> optionalChoice(String field, List<String> words, Function<String, Optional<T>> parse) {
        Optional<String> word = optionalString(field, 200);
        Optional<T> choice = word.flatMap(parse);
        if (word.isPresent() && choice.isEmpty()) {
            fault(field, "must be one of " + String.join(", ", words));
        }
        return choice;
    }

    public List<String> optionalStrings(String field, int maxItems, int maxLength) {
        Optional<JsonValue> found = ofType(field, "an array of strings", ValueType.ARRAY);
        if (found.isEmpty()) {
            return List.of();
        }
        JsonArray array = found.get().asJsonArray();
        if (array.size() > maxItems) {
            fault(field, "must have at most " + maxItems + " items");
            return List.of();
        }
        List<String> items = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            String element = field + "[" + i + "]";
            if (!(array.get(i) instanceof JsonString text)) {
                fault(element, "must be a string");
            } else if (text.getString().length() > maxLength) {
                fault(element, "must have at most " + maxLength + " characters");
            } else {
                items.add(text.getString());
            }
        }
        return List.copyOf(items);
    }

    /** A nested object; its faults are reported with those of this one, its unknown fields by its own {@code end()}. */
    public Optional<JsonFields> optionalObject(String field) {
        return ofType(field, "an object", ValueType.OBJECT)
                .map(value -> new JsonFields(value.asJsonObject(), at(field) + ".", errors));
    }

    /** A nested object whose fields nobody here knows, as it was sent. */
    public Optional<JsonObject> optionalJson(String field) {
        return ofType(field, "an object", ValueType.OBJECT).map(JsonValue::asJsonObject);
    }

    /** Whether the field stands in the object, also as {@code null}. */
    public boolean has(String field) {
        return object.containsKey(field);
    }

    /** Records a fault that only the reader's owner can see, e.g. two fields that exclude each other. */
    public void fault(String field, String message) {
        errors.add(new FieldError(at(field), message));
    }

    /** @throws InvalidInput if a field was at fault or a field stands in the object that nobody asked for */
    public void end() {
        refuseUnknown();
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
    }

    /** For a nested object: what nobody asked for becomes a fault, which the outermost {@link #end()} throws. */
    public void refuseUnknown() {
        for (String name : object.keySet()) {
            if (!asked.contains(name)) {
                fault(shorten(name), "is not known here");
            }
        }
    }

    private Optional<JsonValue> ofType(String field, String expected, ValueType... types) {
        Optional<JsonValue> value = find(field);
        if (value.isPresent() && !List.of(types).contains(value.get().getValueType())) {
            fault(field, "must be " + expected + ", not " + article(value.get()));
            return Optional.empty();
        }
        return value;
    }

    private Optional<JsonValue> find(String field) {
        asked.add(field);
        JsonValue value = object.get(field);
        return value == null || value.getValueType() == ValueType.NULL ? Optional.empty() : Optional.of(value);
    }

    private String at(String field) {
        return path + field;
    }

    /** The parser's position helps, its own text would quote the body. */
    private static Problem malformed(RuntimeException failure) {
        String where = "";
        if (failure instanceof JsonParsingException parsing
                && parsing.getLocation().getLineNumber() > 0) {
            where = " (line " + parsing.getLocation().getLineNumber() + ", column "
                    + parsing.getLocation().getColumnNumber() + ")";
        }
        return new Problem(
                ProblemKind.BAD_REQUEST, "invalid_json", "The request body is not valid JSON" + where, failure);
    }

    private static String shorten(String name) {
        return name.length() <= 80 ? name : name.substring(0, 80) + "…";
    }

    private static String article(JsonValue value) {
        return switch (value.getValueType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case TRUE, FALSE -> "a boolean";
            case NULL -> "null";
        };
    }
}
