package io.mlxmanager.testing;

import io.mlxmanager.engine.arch.Fixture;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A small BERT with random weights and a tokenizer of its own, as a sentence-transformers model of a hub lies on disk. */
public final class TinyEncoder {

    public static final int HIDDEN = 64;
    public static final int HEADS = 4;
    public static final int LAYERS = 2;
    public static final int INNER = 96;
    public static final int POSITIONS = 48;

    private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]");
    private static final List<String> WORDS = List.of("cat", "kitten", "airplane", "the", "sat", "on", "mat", ".", ",");

    private TinyEncoder() {}

    public static int vocabulary() {
        return SPECIAL.size() + WORDS.size() + 2 * 26;
    }

    /** The weights, for whoever checks what comes out. */
    public static Fixture weights(int positions) {
        Fixture fixture = new Fixture(11);
        fixture.tensor("embeddings.word_embeddings.weight", 0, 0.5, vocabulary(), HIDDEN)
                .tensor("embeddings.position_embeddings.weight", 0, 0.5, positions, HIDDEN)
                .tensor("embeddings.token_type_embeddings.weight", 0, 0.5, 2, HIDDEN);
        norm(fixture, "embeddings.LayerNorm");
        for (int i = 0; i < LAYERS; i++) {
            String path = "encoder.layer." + i + ".";
            for (String part : List.of("query", "key", "value")) {
                linear(fixture, path + "attention.self." + part, HIDDEN, HIDDEN);
            }
            linear(fixture, path + "attention.output.dense", HIDDEN, HIDDEN);
            norm(fixture, path + "attention.output.LayerNorm");
            linear(fixture, path + "intermediate.dense", HIDDEN, INNER);
            linear(fixture, path + "output.dense", INNER, HIDDEN);
            norm(fixture, path + "output.LayerNorm");
        }
        return fixture;
    }

    private static void linear(Fixture fixture, String path, int in, int out) {
        fixture.tensor(path + ".weight", 0, 0.15, out, in).tensor(path + ".bias", 0, 0.1, out);
    }

    private static void norm(Fixture fixture, String path) {
        fixture.tensor(path + ".weight", 1, 0.2, HIDDEN).tensor(path + ".bias", 0, 0.1, HIDDEN);
    }

    public static JsonObject config(String modelType, int positions) {
        return Json.createObjectBuilder()
                .add("model_type", modelType)
                .add("architectures", Json.createArrayBuilder().add("BertModel"))
                .add("hidden_size", HIDDEN)
                .add("num_attention_heads", HEADS)
                .add("num_hidden_layers", LAYERS)
                .add("intermediate_size", INNER)
                .add("max_position_embeddings", positions)
                .add("type_vocab_size", 2)
                .add("hidden_act", "gelu")
                .add("layer_norm_eps", 1e-12)
                .add("pad_token_id", 1)
                .add("vocab_size", vocabulary())
                .build();
    }

    /** Writes the whole folder: mean of the tokens, length one. */
    public static void write(Path folder) {
        weights(POSITIONS).write(folder, config("bert", POSITIONS));
        tokenizer(folder);
        JsonArrayBuilder modules = Json.createArrayBuilder()
                .add(module("", "Transformer"))
                .add(module("1_Pooling", "Pooling"))
                .add(module("2_Normalize", "Normalize"));
        text(folder.resolve("modules.json"), modules.build().toString());
        text(
                folder.resolve("1_Pooling/config.json"),
                Json.createObjectBuilder()
                        .add("word_embedding_dimension", HIDDEN)
                        .add("pooling_mode_cls_token", false)
                        .add("pooling_mode_mean_tokens", true)
                        .build()
                        .toString());
    }

    public static JsonObject module(String path, String kind) {
        return Json.createObjectBuilder()
                .add("path", path)
                .add("type", "sentence_transformers.models." + kind)
                .build();
    }

    /** A WordPiece tokenizer of a few words, and letters for the rest. */
    public static void tokenizer(Path folder) {
        JsonObjectBuilder vocabulary = Json.createObjectBuilder();
        JsonArrayBuilder special = Json.createArrayBuilder();
        int id = 0;
        for (String token : SPECIAL) {
            special.add(Json.createObjectBuilder()
                    .add("id", id)
                    .add("content", token)
                    .add("single_word", false)
                    .add("lstrip", false)
                    .add("rstrip", false)
                    .add("normalized", false)
                    .add("special", true));
            vocabulary.add(token, id++);
        }
        for (String word : WORDS) {
            vocabulary.add(word, id++);
        }
        for (char letter = 'a'; letter <= 'z'; letter++) {
            vocabulary.add(String.valueOf(letter), id++);
            vocabulary.add("##" + letter, id++);
        }
        JsonArrayBuilder single = Json.createArrayBuilder()
                .add(around("SpecialToken", "[CLS]"))
                .add(around("Sequence", "A"))
                .add(around("SpecialToken", "[SEP]"));
        JsonObject file = Json.createObjectBuilder()
                .add("version", "1.0")
                .add("truncation", JsonValue.NULL)
                .add("padding", JsonValue.NULL)
                .add("added_tokens", special)
                .add(
                        "normalizer",
                        Json.createObjectBuilder()
                                .add("type", "BertNormalizer")
                                .add("clean_text", true)
                                .add("handle_chinese_chars", true)
                                .add("strip_accents", JsonValue.NULL)
                                .add("lowercase", true))
                .add("pre_tokenizer", Json.createObjectBuilder().add("type", "BertPreTokenizer"))
                .add(
                        "post_processor",
                        Json.createObjectBuilder()
                                .add("type", "TemplateProcessing")
                                .add("single", single)
                                .add(
                                        "pair",
                                        Json.createArrayBuilder()
                                                .add(around("Sequence", "A"))
                                                .add(around("Sequence", "B")))
                                .add(
                                        "special_tokens",
                                        Json.createObjectBuilder()
                                                .add("[CLS]", named("[CLS]", 2))
                                                .add("[SEP]", named("[SEP]", 3))))
                .add(
                        "decoder",
                        Json.createObjectBuilder()
                                .add("type", "WordPiece")
                                .add("prefix", "##")
                                .add("cleanup", true))
                .add(
                        "model",
                        Json.createObjectBuilder()
                                .add("type", "WordPiece")
                                .add("unk_token", "[UNK]")
                                .add("continuing_subword_prefix", "##")
                                .add("max_input_chars_per_word", 100)
                                .add("vocab", vocabulary))
                .build();
        text(folder.resolve("tokenizer.json"), file.toString());
    }

    private static JsonObject around(String kind, String id) {
        return Json.createObjectBuilder()
                .add(kind, Json.createObjectBuilder().add("id", id).add("type_id", 0))
                .build();
    }

    private static JsonObject named(String token, int id) {
        return Json.createObjectBuilder()
                .add("id", token)
                .add("ids", Json.createArrayBuilder().add(id))
                .add("tokens", Json.createArrayBuilder().add(token))
                .build();
    }

    public static void text(Path file, String content) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
