package io.mlxmanager.chat.constraint;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.math.BigDecimal;
import java.util.List;
import java.util.SplittableRandom;

/** Schemas nobody would write: nested, with references in circles, bounds, patterns and formats. */
final class RandomSchema {

    private static final List<String> PATTERNS =
            List.of("^[a-z]{1,8}$", "^\\d{3}-\\d{4}$", "foo|bar", "^(a|b)+", "x$", "^[^\"]*$", "^\\S+$", "[A-Z]{2}");
    private static final List<String> FORMATS =
            List.of("date", "time", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid");
    private static final List<String> NAMES =
            List.of("id", "name", "a", "ab", "é", "with space", "q\"uote", "items", "");
    private static final int DEEPEST = 4;

    private final SplittableRandom random;
    private final int definitions;

    RandomSchema(long seed) {
        this.random = new SplittableRandom(seed);
        this.definitions = random.nextInt(3);
    }

    JsonObject schema() {
        JsonObjectBuilder schema = Json.createObjectBuilder(node(0));
        if (definitions > 0) {
            JsonObjectBuilder defs = Json.createObjectBuilder();
            for (int i = 0; i < definitions; i++) {
                defs.add("d" + i, object(2));
            }
            schema.add("$defs", defs);
        }
        return schema.build();
    }

    private JsonObject node(int depth) {
        int kind = random.nextInt(depth >= DEEPEST ? 6 : 11);
        return switch (kind) {
            case 0 -> string();
            case 1 -> number("integer");
            case 2 -> number("number");
            case 3 ->
                Json.createObjectBuilder()
                        .add("type", random.nextBoolean() ? "boolean" : "null")
                        .add("description", "says nothing")
                        .build();
            case 4 -> constants();
            case 5 ->
                Json.createObjectBuilder()
                        .add("type", Json.createArrayBuilder().add("string").add("null"))
                        .build();
            case 6 -> array(depth);
            case 7 -> anyOf(depth);
            default -> object(depth);
        };
    }

    /** What may stand inside of something; only there are references, so that there is always a way out. */
    private JsonObject inner(int depth) {
        if (definitions > 0 && random.nextInt(6) == 0) {
            return Json.createObjectBuilder()
                    .add("$ref", "#/$defs/d" + random.nextInt(definitions))
                    .build();
        }
        return node(depth + 1);
    }

    private JsonObject string() {
        JsonObjectBuilder schema = Json.createObjectBuilder().add("type", "string");
        switch (random.nextInt(5)) {
            case 0 -> schema.add("pattern", PATTERNS.get(random.nextInt(PATTERNS.size())));
            case 1 -> schema.add("format", FORMATS.get(random.nextInt(FORMATS.size())));
            case 2 -> {
                int least = random.nextInt(5);
                schema.add("minLength", least).add("maxLength", least + random.nextInt(8));
            }
            case 3 -> schema.add("pattern", "^[a-z]+$").add("maxLength", 1 + random.nextInt(6));
            default -> schema.add("title", "free");
        }
        return schema.build();
    }

    private JsonObject number(String type) {
        JsonObjectBuilder schema = Json.createObjectBuilder().add("type", type);
        BigDecimal low = BigDecimal.valueOf(random.nextInt(-20000, 20000), random.nextInt(4));
        BigDecimal high = low.add(BigDecimal.valueOf(random.nextInt(200, 90000), random.nextInt(2)));
        switch (random.nextInt(5)) {
            case 0 -> schema.add("minimum", low).add("maximum", high);
            case 1 -> schema.add("exclusiveMinimum", low).add("exclusiveMaximum", high);
            case 2 -> schema.add("minimum", low);
            case 3 ->
                schema.add("multipleOf", type.equals("integer") ? BigDecimal.valueOf(3) : new BigDecimal("0.5"))
                        .add("maximum", high.abs());
            default -> schema.add("description", "any");
        }
        return schema.build();
    }

    private JsonObject constants() {
        if (random.nextInt(4) == 0) {
            return Json.createObjectBuilder().add("const", "only\n\"this\"").build();
        }
        JsonArrayBuilder values = Json.createArrayBuilder();
        values.add("red").add("reddish").add(12).add(-0.5).add(true).addNull();
        values.add(Json.createObjectBuilder().add("k", Json.createArrayBuilder().add(1)));
        return Json.createObjectBuilder().add("enum", values).build();
    }

    private JsonObject array(int depth) {
        JsonObjectBuilder schema = Json.createObjectBuilder().add("type", "array");
        if (random.nextInt(4) == 0) {
            schema.add(
                    "prefixItems", Json.createArrayBuilder().add(inner(depth)).add(inner(depth)));
            if (random.nextBoolean()) {
                schema.add("items", inner(depth));
            }
            return schema.build();
        }
        schema.add("items", inner(depth));
        int least = random.nextInt(3);
        if (random.nextBoolean()) {
            schema.add("minItems", least);
        }
        if (random.nextBoolean()) {
            schema.add("maxItems", least + random.nextInt(3));
        }
        return schema.build();
    }

    private JsonObject anyOf(int depth) {
        JsonArrayBuilder options = Json.createArrayBuilder();
        for (int i = 0; i < 3; i++) {
            options.add(inner(depth));
        }
        // A way out of any circle.
        options.add(Json.createObjectBuilder().add("type", "null"));
        return Json.createObjectBuilder().add("anyOf", options).build();
    }

    private JsonObject object(int depth) {
        JsonObjectBuilder properties = Json.createObjectBuilder();
        JsonArrayBuilder required = Json.createArrayBuilder();
        for (String name : NAMES) {
            if (random.nextInt(3) == 0) {
                boolean must = random.nextInt(3) > 0;
                properties.add(name, must ? node(depth + 1) : inner(depth));
                if (must) {
                    required.add(name);
                }
            }
        }
        JsonObjectBuilder schema = Json.createObjectBuilder()
                .add("type", "object")
                .add("properties", properties)
                .add("required", required);
        switch (random.nextInt(4)) {
            case 0 -> schema.add("additionalProperties", false);
            case 1 -> schema.add("additionalProperties", node(DEEPEST));
            case 2 -> schema.add("additionalProperties", true);
            default -> schema.add("title", "closed");
        }
        return schema.build();
    }
}
