package io.mlxmanager.chat.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrel.jsonschema.FormatEvaluatorFactory;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JakartaJsonNode;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever a model without any idea writes is valid, and it never gets stuck: two hundred schemas judged by a validator that
 * had no part in the writing, and regular expressions judged by java.util.regex.
 */
class ConstraintPropertyTest {

    private static final int GENERATED = 150;
    private static final int TEXTS = 6;
    private static final Vocabulary VOCABULARY = Vocabularies.small();

    @TestFactory
    Stream<DynamicTest> writtenSchemasHold() throws IOException {
        try (InputStream in = ConstraintPropertyTest.class.getResourceAsStream("/golden/constraint/schemas.json");
                JsonReader reader = Json.createReader(in)) {
            List<JsonObject> schemas = reader.readArray().getValuesAs(JsonObject.class);
            assertThat(schemas).hasSizeGreaterThanOrEqualTo(200 - GENERATED);
            return IntStream.range(0, schemas.size())
                    .mapToObj(i ->
                            DynamicTest.dynamicTest(schemas.get(i).toString(), () -> assertHolds(schemas.get(i), i)));
        }
    }

    @Test
    void generatedSchemasHold() {
        for (int seed = 0; seed < GENERATED; seed++) {
            assertHolds(new RandomSchema(seed).schema(), seed);
        }
    }

    private static void assertHolds(JsonObject schema, long seed) {
        CompiledGrammar grammar = CompiledGrammar.of(SchemaReader.read(schema), VOCABULARY);
        Validator validator = new ValidatorFactory()
                .withJsonNodeFactory(new JakartaJsonNode.Factory())
                .withEvaluatorFactory(new FormatEvaluatorFactory())
                .createValidator();
        URI uri = validator.registerSchema(schema.toString());
        for (int i = 0; i < TEXTS; i++) {
            String text = new RandomWriter(seed * 31 + i, VOCABULARY).write(grammar);
            Validator.Result result = validator.validate(uri, text);
            String errors = result.getErrors().stream()
                    .map(error -> error.getInstanceLocation() + " " + error.getError())
                    .collect(Collectors.joining("; "));
            assertThat(result.isValid())
                    .as("seed " + seed + ": " + schema + " <- " + text + ": " + errors)
                    .isTrue();
        }
    }

    @TestFactory
    Stream<DynamicTest> textsMatchTheirExpression() {
        return Stream.of(
                        "[a-z]+@[a-z]{2,5}\\.(com|org)",
                        "(?:\\d{1,3}\\.){3}\\d{1,3}",
                        "\\S+ \\s\\w*",
                        "[^\"\\\\]{0,10}",
                        "(a|b)*abb",
                        "[\\w.-]{3}|\\x41\\u0042?",
                        "(?<year>\\d{4})-(0[1-9]|1[0-2])",
                        "é+[à-ü]{2}😀?",
                        "\\p{Lu}\\p{Ll}{1,4}",
                        ".{0,20}",
                        "\\W\\D\\S",
                        "[^\\s\\d]{4}",
                        "(x{2,3}y?){2}",
                        "a{0}b",
                        "()|z")
                .map(regex -> DynamicTest.dynamicTest(regex, () -> {
                    CompiledGrammar grammar = CompiledGrammar.of(Grammar.of(RegexReader.whole(regex)), VOCABULARY);
                    for (int seed = 0; seed < 40; seed++) {
                        assertThat(new RandomWriter(seed, VOCABULARY).write(grammar))
                                .matches(regex);
                    }
                }));
    }
}
