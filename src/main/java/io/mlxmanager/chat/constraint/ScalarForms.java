package io.mlxmanager.chat.constraint;

import io.mlxmanager.chat.constraint.Form.Repeat;
import io.mlxmanager.chat.constraint.NumberForms.Bound;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Strings and numbers of a JSON Schema. */
final class ScalarForms {

    private static final int LONGEST = 20_000;

    private ScalarForms() {}

    static Form string(JsonObject schema, String path) {
        List<Form> all = new ArrayList<>();
        text(schema, "pattern", path)
                .ifPresent(pattern -> all.add(at(path, "pattern", () -> RegexReader.found(pattern))));
        text(schema, "format", path)
                .ifPresent(format -> all.add(TextFormats.of(format)
                        .orElseThrow(() -> SchemaReader.unsupported(
                                path, "format", "\"" + format + "\"; supported: " + TextFormats.names() + "."))));
        OptionalInt least = count(schema, "minLength", path);
        OptionalInt most = count(schema, "maxLength", path);
        if (least.orElse(0) > 0 || most.isPresent()) {
            if (most.isPresent() && most.getAsInt() < least.orElse(0)) {
                throw GrammarException.invalid(SchemaReader.at(path, "maxLength"), "is less than minLength.");
            }
            all.add(new Repeat(
                    Form.chars(CodePoints.ANY),
                    least.orElse(0),
                    most.isPresent() ? most.getAsInt() : Repeat.UNBOUNDED));
        }
        if (all.isEmpty()) {
            return JsonForms.STRING;
        }
        return new Form.Quoted(all.size() == 1 ? all.get(0) : new Form.All(all));
    }

    static Form number(JsonObject schema, String path, boolean integer) {
        Optional<Bound> least =
                stricter(bound(schema, "minimum", true, path), bound(schema, "exclusiveMinimum", false, path), true);
        Optional<Bound> most =
                stricter(bound(schema, "maximum", true, path), bound(schema, "exclusiveMaximum", false, path), false);
        Optional<BigDecimal> multiple = decimal(schema, "multipleOf", path);
        if (least.isEmpty() && most.isEmpty() && multiple.isEmpty()) {
            return integer ? JsonForms.INTEGER : JsonForms.NUMBER;
        }
        multiple.ifPresent(of -> at(path, "multipleOf", () -> CharGraph.of(new Form.Multiple(of))));
        return at(
                path,
                least.isPresent() ? "minimum" : "maximum",
                () -> NumberForms.between(integer, least, most, multiple));
    }

    private static Optional<Bound> stricter(Optional<Bound> one, Optional<Bound> other, boolean larger) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        int order = one.get().value().compareTo(other.get().value());
        boolean first = larger ? order > 0 : order < 0;
        return first ? one : other;
    }

    private static Optional<Bound> bound(JsonObject schema, String keyword, boolean included, String path) {
        return decimal(schema, keyword, path).map(value -> new Bound(value, included));
    }

    private static Optional<BigDecimal> decimal(JsonObject schema, String keyword, String path) {
        JsonValue value = schema.get(keyword);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof JsonNumber number) {
            return Optional.of(number.bigDecimalValue());
        }
        throw GrammarException.invalid(SchemaReader.at(path, keyword), "must be a number.");
    }

    /** A count of characters or items; empty when absent. */
    static OptionalInt count(JsonObject schema, String keyword, String path) {
        Optional<BigDecimal> value = decimal(schema, keyword, path);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (value.get().signum() < 0 || value.get().stripTrailingZeros().scale() > 0) {
            throw GrammarException.invalid(SchemaReader.at(path, keyword), "must be a whole number, not negative.");
        }
        if (value.get().compareTo(BigDecimal.valueOf(LONGEST)) > 0) {
            throw SchemaReader.unsupported(path, keyword, "more than " + LONGEST + ".");
        }
        return OptionalInt.of(value.get().intValue());
    }

    private static Optional<String> text(JsonObject schema, String keyword, String path) {
        JsonValue value = schema.get(keyword);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof JsonString text) {
            return Optional.of(text.getString());
        }
        throw GrammarException.invalid(SchemaReader.at(path, keyword), "must be a string.");
    }

    /** Lets what is refused inside be told by the path of the keyword. */
    private static <T> T at(String path, String keyword, Supplier<T> inside) {
        try {
            return inside.get();
        } catch (GrammarException e) {
            throw new GrammarException(e.kind(), SchemaReader.at(path, keyword), e.getMessage());
        }
    }
}
