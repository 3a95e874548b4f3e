package io.mlxmanager.protocol;

import io.mlxmanager.protocol.ProtocolException.Code;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Typed access to one JSON object of a request. Every failure names the field by its full path; every field asked for is
 * remembered, so that what nobody asked for can be reported. JSON null counts as absent, as it does in OpenAI's own API.
 * Confined to one thread.
 */
public final class Fields {

    private static final JsonParserFactory PARSERS = Json.createParserFactory(Map.of());

    private final JsonObject object;
    private final String path;
    private final Set<String> known = new HashSet<>();

    public Fields(JsonObject object, String path) {
        this.object = object;
        this.path = path;
    }

    /**
     * The fields of a request body.
     *
     * @throws ProtocolException when it is not one JSON object
     */
    public static Fields parse(String body) {
        if (body.isBlank()) {
            throw new ProtocolException(Code.INVALID_JSON, "", "The request body is empty; it must be a JSON object.");
        }
        JsonValue value;
        try (JsonParser parser = PARSERS.createParser(new StringReader(body))) {
            parser.next();
            value = parser.getValue();
            parser.hasNext(); // fails when anything follows the value
        } catch (JsonException | NoSuchElementException broken) {
            throw new ProtocolException(
                    Code.INVALID_JSON, "", "The request body is not valid JSON: " + broken.getMessage());
        } catch (RuntimeException beyondLimits) {
            // The parser has no type of its own for what nests too deep or has a number of too many digits.
            throw new ProtocolException(
                    Code.INVALID_JSON, "", "The request body cannot be read as JSON: " + beyondLimits.getMessage());
        }
        return of(value, "");
    }

    /** The object itself as fields, where the value must be an object. */
    public static Fields of(JsonValue value, String path) {
        if (value instanceof JsonObject object) {
            return new Fields(object, path);
        }
        throw wrongType(path, "an object", value);
    }

    public JsonObject object() {
        return object;
    }

    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The value, or empty when the field is absent or null. */
    public Optional<JsonValue> value(String name) {
        known.add(name);
        JsonValue value = object.get(name);
        return value == null || value == JsonValue.NULL ? Optional.empty() : Optional.of(value);
    }

    public Optional<String> string(String name) {
        return value(name).map(value -> {
            if (value instanceof JsonString string) {
                return string.getString();
            }
            throw wrongType(path(name), "a string", value);
        });
    }

    /** A string that must be there and not be empty. */
    public String requiredString(String name) {
        String text = string(name).orElseThrow(() -> missing(name));
        if (text.isEmpty()) {
            throw new ProtocolException(Code.INVALID_VALUE, path(name), path(name) + " must not be empty.");
        }
        return text;
    }

    public boolean bool(String name, boolean otherwise) {
        JsonValue value = value(name).orElse(otherwise ? JsonValue.TRUE : JsonValue.FALSE);
        return switch (value.getValueType()) {
            case TRUE -> true;
            case FALSE -> false;
            default -> throw wrongType(path(name), "true or false", value);
        };
    }

    public Optional<Fields> fields(String name) {
        return value(name).map(value -> of(value, path(name)));
    }

    /** An array of at most {@code most} values; empty when absent. */
    public List<JsonValue> list(String name, int most) {
        return value(name)
                .map(value -> {
                    if (!(value instanceof JsonArray array)) {
                        throw wrongType(path(name), "an array", value);
                    }
                    if (array.size() > most) {
                        throw new ProtocolException(
                                Code.INVALID_VALUE,
                                path(name),
                                path(name) + " has " + array.size() + " entries; at most " + most + " are allowed.");
                    }
                    return List.<JsonValue>copyOf(array);
                })
                .orElse(List.of());
    }

    /** A number between two bounds, both included. */
    public OptionalDouble number(String name, double least, double most) {
        Optional<JsonValue> value = value(name);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        double number = numeric(name, value.get()).doubleValue();
        if (!(number >= least && number <= most)) {
            throw outOfRange(name, plain(least), plain(most), value.get());
        }
        return OptionalDouble.of(number);
    }

    public OptionalLong integer(String name, long least, long most) {
        Optional<JsonValue> value = value(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        BigDecimal number = numeric(name, value.get()).bigDecimalValue();
        long integer;
        try {
            integer = number.longValueExact();
        } catch (ArithmeticException notAnInteger) {
            boolean fraction = number.precision() - number.scale() <= 19
                    && number.stripTrailingZeros().scale() > 0;
            throw fraction
                    ? wrongType(path(name), "an integer", value.get())
                    : outOfRange(name, Long.toString(least), Long.toString(most), value.get());
        }
        if (integer < least || integer > most) {
            throw outOfRange(name, Long.toString(least), Long.toString(most), value.get());
        }
        return OptionalLong.of(integer);
    }

    public OptionalInt smallInteger(String name, int least) {
        OptionalLong value = integer(name, least, Integer.MAX_VALUE);
        return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
    }

    /** Marks fields as understood although nothing here depends on them. */
    public void accept(String... names) {
        known.addAll(List.of(names));
    }

    /** Full paths of the fields nobody asked for, in the caller's order. */
    public List<String> unknown() {
        return object.keySet().stream()
                .filter(name -> !known.contains(name))
                .map(this::path)
                .toList();
    }

    public ProtocolException missing(String name) {
        return new ProtocolException(Code.MISSING_REQUIRED_PARAMETER, path(name), path(name) + " is required.");
    }

    public ProtocolException invalid(String name, String must) {
        return new ProtocolException(Code.INVALID_VALUE, path(name), path(name) + " " + must);
    }

    /** The parameter as such is not supported. */
    public ProtocolException unsupported(String name, String why) {
        return new ProtocolException(Code.UNSUPPORTED_PARAMETER, path(name), path(name) + " is not supported: " + why);
    }

    /** The parameter is supported, but not with this value. */
    public ProtocolException unsupportedValue(String name, String value, String supported) {
        return new ProtocolException(
                Code.UNSUPPORTED_VALUE,
                path(name),
                path(name) + " does not support " + value + "; supported: " + supported + ".");
    }

    public static ProtocolException wrongType(String path, String wanted, JsonValue found) {
        String what = path.isEmpty() ? "The request body" : path;
        return new ProtocolException(
                Code.INVALID_TYPE, path, what + " must be " + wanted + ", but is " + typeOf(found) + ".");
    }

    private JsonNumber numeric(String name, JsonValue value) {
        if (value instanceof JsonNumber number) {
            return number;
        }
        throw wrongType(path(name), "a number", value);
    }

    private ProtocolException outOfRange(String name, String least, String most, JsonValue value) {
        String shown = value.toString();
        return invalid(
                name,
                "must be between " + least + " and " + most + ", but is "
                        + (shown.length() > 40 ? shown.substring(0, 40) + "…" : shown) + ".");
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }

    private static String typeOf(JsonValue value) {
        return switch (value.getValueType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case TRUE, FALSE -> "a boolean";
            case NULL -> value.getValueType().name().toLowerCase(Locale.ROOT);
        };
    }
}
