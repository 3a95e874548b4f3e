package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.constraint.Form;
import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.chat.constraint.GrammarReader;
import io.mlxmanager.chat.constraint.RegexReader;
import io.mlxmanager.chat.constraint.SchemaReader;
import io.mlxmanager.protocol.Fields;
import io.mlxmanager.protocol.ProtocolException;
import io.mlxmanager.protocol.ProtocolException.Code;
import io.mlxmanager.protocol.SchemaFields;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what the answer of an OpenAI request shall look like: {@code response_format}, and vLLM's {@code guided_json},
 * {@code guided_regex}, {@code guided_choice} and {@code guided_grammar}. Stateless and thread-safe.
 */
final class FormReader {

    private static final int MOST_CHOICES = 1024;
    private static final String FORMATS = "text, json_object, json_schema";

    /** The form that is asked for; empty for free text. */
    Optional<Grammar> read(Fields request) {
        List<Grammar> asked = new ArrayList<>();
        request.fields("response_format").flatMap(FormReader::format).ifPresent(asked::add);
        request.value("guided_json").ifPresent(schema -> asked.add(guidedJson(request, schema)));
        request.string("guided_regex")
                .ifPresent(regex ->
                        asked.add(SchemaFields.compile("guided_regex", () -> Grammar.of(RegexReader.whole(regex)))));
        request.string("guided_grammar")
                .ifPresent(text -> asked.add(SchemaFields.compile("guided_grammar", () -> GrammarReader.read(text))));
        if (request.value("guided_choice").isPresent()) {
            asked.add(choice(request));
        }
        if (asked.size() > 1) {
            throw new ProtocolException(
                    Code.INVALID_VALUE,
                    "response_format",
                    "Only one of response_format, guided_json, guided_regex, guided_choice and guided_grammar is allowed.");
        }
        return asked.stream().findFirst();
    }

    private static Optional<Grammar> format(Fields format) {
        String type = format.requiredString("type");
        return switch (type) {
            case "text" -> Optional.empty();
            case "json_object" -> Optional.of(SchemaReader.anyObject());
            case "json_schema" -> {
                Fields given = format.fields("json_schema").orElseThrow(() -> format.missing("json_schema"));
                given.requiredString("name");
                given.string("description");
                given.bool("strict", false);
                Fields schema = given.fields("schema").orElseThrow(() -> given.missing("schema"));
                yield Optional.of(SchemaFields.grammar(schema.object(), given.path("schema")));
            }
            default -> throw format.unsupportedValue("type", "\"" + type + "\"", FORMATS);
        };
    }

    private static Grammar guidedJson(Fields request, JsonValue schema) {
        if (schema instanceof JsonString text) {
            return SchemaFields.grammar(parsed(text.getString()), "guided_json");
        }
        return SchemaFields.grammar(
                Fields.of(schema, request.path("guided_json")).object(), "guided_json");
    }

    private static JsonObject parsed(String schema) {
        try {
            return Fields.parse(schema).object();
        } catch (ProtocolException e) {
            throw new ProtocolException(e.code(), "guided_json", "guided_json must be a JSON Schema.");
        }
    }

    private static Grammar choice(Fields request) {
        List<Form> options = new ArrayList<>();
        for (JsonValue value : request.list("guided_choice", MOST_CHOICES)) {
            if (!(value instanceof JsonString text)) {
                throw Fields.wrongType("guided_choice[" + options.size() + "]", "a string", value);
            }
            options.add(Form.text(text.getString()));
        }
        if (options.isEmpty()) {
            throw request.invalid("guided_choice", "must hold at least one text.");
        }
        return Grammar.of(new Form.Choice(options));
    }
}
