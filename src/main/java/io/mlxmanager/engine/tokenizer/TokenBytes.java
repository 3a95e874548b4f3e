package io.mlxmanager.engine.tokenizer;

import io.mlxmanager.engine.weights.ModelFormatException;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The bytes that each token stands for, half characters included, as the vocabulary in tokenizer.json spells them.
 * Immutable.
 */
final class TokenBytes {

    /** Decoders that leave each token as it is, or change the text as a whole at its ends only. */
    private static final Set<String> PLAIN_DECODERS =
            Set.of("ByteLevel", "Metaspace", "Sequence", "Replace", "ByteFallback", "Fuse", "Strip");

    /** Tables are as long as the highest id; the largest vocabularies have some 300,000. */
    private static final int HIGHEST_ID = 1 << 22;

    private static final byte[] NOTHING = new byte[0];
    private static final char SPACE_MARK = '\u2581';

    private final byte[][] bytes;
    private final Map<String, Integer> specials;
    private final Set<String> decoders;

    private TokenBytes(byte[][] bytes, Map<String, Integer> specials, Set<String> decoders) {
        this.bytes = bytes;
        this.specials = specials;
        this.decoders = decoders;
    }

    /** @throws ModelFormatException when the file cannot be read */
    static TokenBytes read(Path tokenizerJson) {
        try (InputStream in = Files.newInputStream(tokenizerJson);
                JsonParser parser = Json.createParser(in)) {
            return new Reading(parser).read();
        } catch (IOException | RuntimeException e) {
            throw new ModelFormatException("tokenizer.json: the vocabulary cannot be read: " + e.getMessage(), e);
        }
    }

    /** Empty for an id that is not in the vocabulary. */
    byte[] of(int id) {
        return id >= 0 && id < bytes.length && bytes[id] != null ? bytes[id].clone() : new byte[0];
    }

    /**
     * What all tokens write.
     *
     * @throws ModelFormatException when a decoder is not known to write tokens one after the other
     */
    TokenTable table() {
        for (String decoder : decoders) {
            if (!PLAIN_DECODERS.contains(decoder)) {
                throw new ModelFormatException(
                        "tokenizer.json: answers cannot be kept to a form with the decoder " + decoder);
            }
        }
        List<byte[]> texts = new ArrayList<>(bytes.length);
        for (byte[] token : bytes) {
            texts.add(token == null ? NOTHING : token);
        }
        specials.values().forEach(id -> texts.set(id, NOTHING));
        return new TokenTable(texts, specials);
    }

    /** One pass over the file; the vocabulary may come before what tells how it is spelled. Confined to one thread. */
    private static final class Reading {

        private final JsonParser parser;
        private String[] pieces = new String[4096];
        private JsonArray added = JsonValue.EMPTY_JSON_ARRAY;
        private final Set<String> decoders = new HashSet<>();
        private boolean byteLevel;

        Reading(JsonParser parser) {
            this.parser = parser;
        }

        TokenBytes read() {
            parser.next();
            while (parser.hasNext() && parser.next() == Event.KEY_NAME) {
                String key = parser.getString();
                Event value = parser.next();
                if (key.equals("model") && value == Event.START_OBJECT) {
                    model();
                } else if (key.equals("added_tokens") && value == Event.START_ARRAY) {
                    added = parser.getArray();
                } else if ((key.equals("decoder") || key.equals("pre_tokenizer")) && value == Event.START_OBJECT) {
                    JsonObject component = parser.getObject();
                    byteLevel |= mentionsByteLevel(component);
                    if (key.equals("decoder")) {
                        noteDecoder(component);
                    }
                } else {
                    skip(value);
                }
            }
            byte[][] bytes = new byte[pieces.length][];
            for (int id = 0; id < pieces.length; id++) {
                bytes[id] = pieces[id] == null ? null : spelled(pieces[id]);
            }
            Map<String, Integer> specials = new HashMap<>();
            for (JsonObject token : added.getValuesAs(JsonObject.class)) {
                int id = token.getInt("id");
                requireSensible(id);
                if (token.getBoolean("special", false)) {
                    specials.put(token.getString("content"), id);
                }
                bytes = id < bytes.length ? bytes : Arrays.copyOf(bytes, id + 1);
                bytes[id] = token.getString("content").getBytes(StandardCharsets.UTF_8);
            }
            return new TokenBytes(bytes, specials, decoders);
        }

        private void model() {
            while (parser.next() == Event.KEY_NAME) {
                String key = parser.getString();
                Event value = parser.next();
                if (key.equals("vocab") && value == Event.START_OBJECT) {
                    idsByPiece();
                } else if (key.equals("vocab") && value == Event.START_ARRAY) {
                    piecesInOrder();
                } else {
                    skip(value);
                }
            }
        }

        private void idsByPiece() {
            while (parser.next() == Event.KEY_NAME) {
                String piece = parser.getString();
                parser.next();
                put(parser.getInt(), piece);
            }
        }

        /** Unigram: pairs of a piece and its score. */
        private void piecesInOrder() {
            int id = 0;
            while (parser.next() == Event.START_ARRAY) {
                put(id++, parser.getArray().getString(0));
            }
        }

        private void put(int id, String piece) {
            requireSensible(id);
            if (id >= pieces.length) {
                pieces = Arrays.copyOf(pieces, Math.max(id + 1, pieces.length * 2));
            }
            pieces[id] = piece;
        }

        private static void requireSensible(int id) {
            if (id < 0 || id > HIGHEST_ID) {
                throw new IllegalArgumentException("the id " + id + " is not between 0 and " + HIGHEST_ID);
            }
        }

        private void skip(Event value) {
            if (value == Event.START_OBJECT) {
                parser.skipObject();
            } else if (value == Event.START_ARRAY) {
                parser.skipArray();
            }
        }

        private void noteDecoder(JsonObject decoder) {
            decoders.add(decoder.getString("type"));
            if (decoder.get("decoders") instanceof JsonArray parts) {
                parts.getValuesAs(JsonObject.class).forEach(this::noteDecoder);
            }
        }

        private static boolean mentionsByteLevel(JsonObject component) {
            return component.toString().contains("\"type\":\"ByteLevel\"");
        }

        private byte[] spelled(String piece) {
            if (byteLevel) {
                return ByteLetters.bytes(piece);
            }
            if (piece.matches("<0x[0-9A-F]{2}>")) {
                return HexFormat.of().parseHex(piece.substring(3, 5));
            }
            return piece.replace(SPACE_MARK, ' ').getBytes(StandardCharsets.UTF_8);
        }
    }
}
