package io.mlxmanager.chat;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.Map;
import java.util.Optional;

/** JSON in a text that a model or a client wrote, such as the arguments of a call. Pure. */
public final class JsonText {

    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private JsonText() {}

    /** The value, or empty where the text is no JSON, or JSON that nests deeper or has longer numbers than can be read. */
    public static Optional<JsonValue> read(String text) {
        try (JsonReader reader = READERS.createReader(new StringReader(text))) {
            return Optional.of(reader.readValue());
        } catch (RuntimeException unreadable) {
            // Beyond its limits the reader throws what its contract does not name: UnsupportedOperationException and a
            // bare
            // RuntimeException.
            return Optional.empty();
        }
    }
}
