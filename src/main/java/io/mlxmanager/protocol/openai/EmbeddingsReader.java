package io.mlxmanager.protocol.openai;

import io.mlxmanager.protocol.Fields;
import io.mlxmanager.protocol.KeepAlive;
import io.mlxmanager.protocol.ProtocolException;
import io.mlxmanager.protocol.openai.EmbeddingsRequest.Input;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the body of {@code POST /v1/embeddings}. Stateless and thread-safe. */
public final class EmbeddingsReader {

    static final int MOST_INPUTS = 2048;
    private static final int MOST_DIMENSIONS = 1 << 20;

    /** @throws ProtocolException naming the field that is wrong or unsupported */
    public EmbeddingsRequest read(String body) {
        Fields fields = Fields.parse(body);
        String model = fields.requiredString("model");
        List<Input> inputs = inputs(fields);
        boolean base64 = base64(fields);
        OptionalInt dimensions = integer(fields.integer("dimensions", 1, MOST_DIMENSIONS));
        OptionalInt truncate = truncate(fields);
        Optional<String> user = fields.string("user");
        OptionalInt keepAlive = KeepAlive.read(fields);
        return new EmbeddingsRequest(model, inputs, base64, dimensions, truncate, user, keepAlive, fields.unknown());
    }

    private static boolean base64(Fields fields) {
        String format = fields.string("encoding_format").orElse("float");
        return switch (format) {
            case "float" -> false;
            case "base64" -> true;
            default -> throw fields.unsupportedValue("encoding_format", format, "float, base64");
        };
    }

    /** {@code truncate_prompt_tokens} as vLLM has it: -1 stands for what the model reads. */
    private static OptionalInt truncate(Fields fields) {
        OptionalLong asked = fields.integer("truncate_prompt_tokens", -1, Integer.MAX_VALUE);
        if (asked.isPresent() && asked.getAsLong() == 0) {
            throw fields.invalid("truncate_prompt_tokens", "must be -1 or at least 1.");
        }
        return asked.isPresent() ? OptionalInt.of((int) Math.max(0, asked.getAsLong())) : OptionalInt.empty();
    }

    private static List<Input> inputs(Fields fields) {
        JsonValue value = fields.value("input").orElseThrow(() -> fields.missing("input"));
        if (value instanceof JsonString text) {
            return List.of(text(text, "input"));
        }
        if (!(value instanceof JsonArray array)) {
            throw Fields.wrongType("input", "a string, an array of strings or of token ids", value);
        }
        if (array.isEmpty()) {
            throw fields.invalid("input", "must not be empty.");
        }
        if (array.get(0) instanceof JsonNumber) {
            return List.of(tokens(array, "input"));
        }
        List<Input> inputs = new ArrayList<>();
        for (JsonValue each : fields.list("input", MOST_INPUTS)) {
            inputs.add(one(each, "input[" + inputs.size() + "]"));
        }
        return inputs;
    }

    private static Input one(JsonValue value, String path) {
        if (value instanceof JsonString text) {
            return text(text, path);
        }
        if (value instanceof JsonArray array) {
            return tokens(array, path);
        }
        throw Fields.wrongType(path, "a string or an array of token ids", value);
    }

    private static Input text(JsonString value, String path) {
        if (value.getString().isEmpty()) {
            throw new ProtocolException(ProtocolException.Code.INVALID_VALUE, path, path + " must not be empty.");
        }
        return new Input.Text(value.getString());
    }

    private static Input tokens(JsonArray array, String path) {
        if (array.isEmpty()) {
            throw new ProtocolException(ProtocolException.Code.INVALID_VALUE, path, path + " must not be empty.");
        }
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            String place = path + "[" + i + "]";
            if (!(array.get(i) instanceof JsonNumber number) || !number.isIntegral()) {
                throw Fields.wrongType(place, "a token id", array.get(i));
            }
            try {
                ids[i] = number.intValueExact();
            } catch (ArithmeticException tooLarge) {
                ids[i] = -1;
            }
            if (ids[i] < 0) {
                throw new ProtocolException(
                        ProtocolException.Code.INVALID_VALUE, place, place + " is no token id: " + number);
            }
        }
        return new Input.Tokens(ids);
    }

    private static OptionalInt integer(OptionalLong value) {
        return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
    }
}
