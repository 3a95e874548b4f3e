package io.mlxmanager.protocol.openai;

import jakarta.json.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;

/** Writes the answer of {@code POST /v1/embeddings}. Stateless and thread-safe. */
public final class EmbeddingsWriter {

    private static final int CHARACTERS_PER_NUMBER = 12;

    /**
     * The body: text at once, because an answer may hold millions of numbers.
     *
     * @param model as the caller named it
     * @param vectors in the order of the inputs
     * @param tokens that were read
     */
    public String write(String model, List<float[]> vectors, int tokens, boolean base64) {
        int numbers = vectors.stream().mapToInt(vector -> vector.length).sum();
        StringBuilder body = new StringBuilder(numbers * CHARACTERS_PER_NUMBER + 200);
        body.append("{\"object\":\"list\",\"data\":[");
        for (int i = 0; i < vectors.size(); i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"object\":\"embedding\",\"index\":")
                    .append(i);
            body.append(",\"embedding\":");
            append(body, vectors.get(i), base64);
            body.append('}');
        }
        return body.append("],\"model\":")
                .append(Json.createValue(model))
                .append(",\"usage\":{\"prompt_tokens\":")
                .append(tokens)
                .append(",\"total_tokens\":")
                .append(tokens)
                .append("}}")
                .toString();
    }

    private static void append(StringBuilder body, float[] vector, boolean base64) {
        if (base64) {
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(vector);
            body.append('"')
                    .append(Base64.getEncoder().encodeToString(bytes.array()))
                    .append('"');
            return;
        }
        body.append('[');
        for (int i = 0; i < vector.length; i++) {
            body.append(i == 0 ? "" : ",").append(vector[i]);
        }
        body.append(']');
    }
}
