package io.mlxmanager.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.testing.TinyEncoder;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text as it comes, for kinds of tokenizers that the starter model does not have. */
class DetokenizerTest {

    private static final String[] PIECES = {"a", "b", " ", "ab", "漢", "é", "🦊", "👩‍👩‍👧", ".", "  ", "\n"};

    @TempDir
    Path folder;

    /** As sentencepiece makes them: spaces are a letter, and what has no token goes byte by byte. */
    private Tokenizer sentencePiece() {
        JsonObjectBuilder vocabulary = Json.createObjectBuilder().add("<unk>", 0);
        int id = 1;
        for (int value = 0; value < 256; value++) {
            vocabulary.add(String.format("<0x%02X>", value), id++);
        }
        for (String piece : List.of("▁", "a", "b", ".", "▁a", "ab", "é")) {
            vocabulary.add(piece, id++);
        }
        JsonArrayBuilder merges = Json.createArrayBuilder().add("▁ a").add("a b");
        JsonObject file = Json.createObjectBuilder()
                .add("version", "1.0")
                .add("added_tokens", Json.createArrayBuilder())
                .add(
                        "normalizer",
                        sequence(
                                "normalizers",
                                Json.createObjectBuilder()
                                        .add("type", "Prepend")
                                        .add("prepend", "▁"),
                                replace(" ", "▁")))
                .add(
                        "decoder",
                        sequence(
                                "decoders",
                                replace("▁", " "),
                                Json.createObjectBuilder().add("type", "ByteFallback"),
                                Json.createObjectBuilder().add("type", "Fuse"),
                                Json.createObjectBuilder()
                                        .add("type", "Strip")
                                        .add("content", " ")
                                        .add("start", 1)
                                        .add("stop", 0)))
                .add(
                        "model",
                        Json.createObjectBuilder()
                                .add("type", "BPE")
                                .add("unk_token", "<unk>")
                                .add("fuse_unk", true)
                                .add("byte_fallback", true)
                                .add("vocab", vocabulary)
                                .add("merges", merges))
                .build();
        TinyEncoder.text(folder.resolve("tokenizer.json"), file.toString());
        return Tokenizer.load(folder);
    }

    private static JsonObjectBuilder replace(String what, String by) {
        return Json.createObjectBuilder()
                .add("type", "Replace")
                .add("pattern", Json.createObjectBuilder().add("String", what))
                .add("content", by);
    }

    private static JsonObjectBuilder sequence(String name, JsonObjectBuilder... steps) {
        JsonArrayBuilder all = Json.createArrayBuilder();
        for (JsonObjectBuilder step : steps) {
            all.add(step);
        }
        return Json.createObjectBuilder().add("type", "Sequence").add(name, all);
    }

    private static List<String> pieces(Tokenizer tokenizer, int[] ids) {
        Detokenizer detokenizer = new Detokenizer(tokenizer);
        List<String> pieces = new ArrayList<>();
        for (int id : ids) {
            pieces.add(detokenizer.add(id));
        }
        pieces.add(detokenizer.finish());
        return pieces;
    }

    @Test
    void bytesOfACharacterComeTogether() {
        try (Tokenizer tokenizer = sentencePiece()) {
            int[] ids = tokenizer.encode("a漢b");
            assertThat(ids).hasSize(5);
            assertThat(pieces(tokenizer, ids)).containsExactly("a", "", "", "漢", "b", "");
        }
    }

    @Test
    void aCharacterThatIsCutShowsTheDamageOnce() {
        try (Tokenizer tokenizer = sentencePiece()) {
            int[] ids = tokenizer.encode("a漢b");
            // Its last byte is missing.
            assertThat(String.join("", pieces(tokenizer, new int[] {ids[0], ids[1], ids[2], ids[4]})))
                    .startsWith("a\uFFFD")
                    .endsWith("b");
        }
    }

    @Test
    void anyTextComesBackFromItsBytes() {
        try (Tokenizer tokenizer = sentencePiece()) {
            for (int seed = 0; seed < 300; seed++) {
                String text = text(new Random(seed));
                List<String> pieces = pieces(tokenizer, tokenizer.encode(text));
                assertThat(String.join("", pieces)).as("seed %d", seed).isEqualTo(text);
                assertThat(pieces).as("seed %d", seed).noneMatch(piece -> piece.contains("\uFFFD"));
            }
        }
    }

    @Test
    void partsOfWordsJoin() {
        TinyEncoder.tokenizer(folder);
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            int[] ids = tokenizer.encode("the cats sat");
            assertThat(String.join("", pieces(tokenizer, ids))).isEqualTo("the cats sat");
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int count = 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }
}
