package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.testing.Heard;
import io.mlxmanager.testing.NativeLibrary;
import io.mlxmanager.testing.StarterEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Model folders with something wrong in them: each is refused with what it is, and the engine goes on. */
@ExtendWith(NativeLibrary.class)
class BrokenModelTest {

    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String NORM = "\"model.norm.weight\"";
    private static final String QUERY = "model.layers.0.self_attn.q_proj.weight";

    private static LocalEngine engine;
    private static long bytesBefore;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        bytesBefore = MlxRuntime.activeBytes();
        engine =
                LocalEngine.start(new EngineOptions(1, false, 64, 4, 1 << 20), new LastingThreads("broken-model-test"));
    }

    @AfterAll
    static void whatIsWholeIsServedAsBefore() {
        EngineModel model = engine.load(StarterEngine.FOLDER).join();
        assertThat(answer(model).all()).hasSize(4);
        engine.close();
        assertThat(MlxRuntime.activeBytes()).isEqualTo(bytesBefore);
    }

    private static Heard answer(EngineModel model) {
        Heard heard = new Heard();
        int[] prompt = model.encode("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n");
        engine.generate(model, new GenerationRequest(prompt, 4, Set.of(), SamplingOptions.GREEDY, "ada"), heard);
        return heard;
    }

    /** Does something to a copy of the starter model. */
    private interface Damage {
        void to(Path folder) throws IOException;
    }

    /** @param told what the message has to say */
    private record Case(String name, Damage damage, List<String> told) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Case broken(String name, Damage damage, String... told) {
        return new Case(name, damage, List.of(told));
    }

    private static Damage text(String file, UnaryOperator<String> change) {
        return folder -> {
            Path path = folder.resolve(file);
            String before = Files.readString(path);
            String after = change.apply(before);
            assertThat(after).isNotEqualTo(before);
            Files.writeString(path, after);
        };
    }

    private static Damage config(String field, String value) {
        return text(
                CONFIG, json -> json.replaceFirst("(\"" + field + "\": )(null|\"[^\"]*\"|[-+.0-9e]+)", "$1" + value));
    }

    private static Case field(String field, String value, String... told) {
        return broken(field + " " + value, config(field, value), told);
    }

    private static Case positions(String rule, String... told) {
        return broken("positions " + rule, config("rope_scaling", rule.replace('\'', '"')), told);
    }

    /** Changes the table of contents of the weights; the data stay. */
    private static Damage contents(UnaryOperator<String> change) {
        return bytes(file -> {
            int length =
                    (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
            String before = new String(file, 8, length, StandardCharsets.UTF_8);
            String after = change.apply(before);
            assertThat(after).isNotEqualTo(before);
            return file(after, Arrays.copyOfRange(file, 8 + length, file.length));
        });
    }

    private static byte[] file(String header, byte[] data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data)
                .array();
    }

    private static Damage bytes(UnaryOperator<byte[]> change) {
        return folder -> {
            Path weights = folder.resolve(WEIGHTS);
            Files.write(weights, change.apply(Files.readAllBytes(weights)));
        };
    }

    private static Damage link(String file, String target) {
        return folder -> {
            Files.delete(folder.resolve(file));
            Files.createSymbolicLink(folder.resolve(file), Path.of(target));
        };
    }

    private static UnaryOperator<String> entry(String name, String from, String to) {
        return header -> {
            int at = header.indexOf(name);
            int end = header.indexOf('}', at);
            return header.substring(0, at) + header.substring(at, end).replaceFirst(from, to) + header.substring(end);
        };
    }

    private static Stream<Case> cases() {
        return Stream.of(configurations(), weights(), tokenizers()).flatMap(List::stream);
    }

    private static List<Case> configurations() {
        return List.of(
                field("hidden_size", "-1", CONFIG, "hidden_size", "-1"),
                field("hidden_size", "2147483647", CONFIG, "model.embed_tokens", "2147483647"),
                field("hidden_size", "1e999999999", CONFIG, "hidden_size"),
                field("num_hidden_layers", "2147483647", CONFIG, "num_hidden_layers", "1024"),
                field("num_attention_heads", "0", CONFIG, "num_attention_heads"),
                field("num_key_value_heads", "3", CONFIG, "num_key_value_heads 3"),
                field("intermediate_size", "2147483647", WEIGHTS, "layer 0", "mlp", "2147483647"),
                field("vocab_size", "2147483647", WEIGHTS, "model.embed_tokens", "2147483647"),
                field("head_dim", "7", CONFIG, "head_dim"),
                field("max_position_embeddings", "-4", CONFIG, "max_position_embeddings"),
                field("rms_norm_eps", "\"small\"", CONFIG, "rms_norm_eps"),
                field("rope_theta", "0", CONFIG, "rope_theta"),
                field("model_type", "\"quantum9\"", "quantum9"),
                field("bits", "7", CONFIG, "quantization", "7 bits"),
                field("mode", "\"fp3\"", CONFIG, "quantization", "fp3"),
                positions("{'type':'linear','factor':0}", CONFIG, "rope_scaling", "factor is 0"),
                positions("{'rope_type':'yarn','factor':-2}", CONFIG, "rope_scaling", "factor"),
                positions("{'rope_type':'llama3','factor':0}", CONFIG, "rope_scaling", "factor"),
                positions("{'type':'spiral'}", CONFIG, "rope_scaling", "spiral"),
                positions("{'type':'longrope','long_factor':[1]}", CONFIG, "long_factor", "32"),
                positions(
                        "{'type':'longrope','long_factor':" + Arrays.toString(new int[32]) + "}",
                        CONFIG,
                        "long_factor",
                        "positive"),
                positions(
                        "{'type':'longrope','original_max_position_embeddings':1,'long_factor':[1]}",
                        CONFIG,
                        "original_max_position_embeddings"),
                broken("no configuration", text(CONFIG, json -> ""), CONFIG),
                broken("an array", text(CONFIG, json -> "[]"), CONFIG),
                broken("half a configuration", text(CONFIG, json -> json.substring(0, 60)), CONFIG),
                broken("deep nesting", text(CONFIG, json -> "{\"a\":".repeat(100_000)), CONFIG, "nested"),
                broken("5 MB", text(CONFIG, json -> json + " ".repeat(5 << 20)), CONFIG, "at most"),
                broken("a configuration that leads to itself", link(CONFIG, CONFIG), CONFIG));
    }

    private static List<Case> weights() {
        return List.of(
                broken("nothing", bytes(file -> new byte[0]), WEIGHTS, "0 bytes"),
                broken("half of it", bytes(file -> Arrays.copyOf(file, file.length / 2)), WEIGHTS, "truncated"),
                broken("the last byte", bytes(file -> Arrays.copyOf(file, file.length - 1)), WEIGHTS, "truncated"),
                broken("a cut header", bytes(file -> Arrays.copyOf(file, 50)), WEIGHTS, "header"),
                broken("zeros", bytes(file -> new byte[500]), WEIGHTS, "header"),
                broken("no tensors", bytes(file -> file("{}", new byte[0])), "model.embed_tokens"),
                broken("deep header", bytes(file -> file("{\"a\":".repeat(3000), new byte[0])), WEIGHTS, "nested"),
                broken("other type", contents(entry(QUERY, "U32", "F32")), WEIGHTS, "layer 0", QUERY, "F32"),
                broken("integers", contents(entry(NORM, "BF16", "I16")), WEIGHTS, "model.norm.weight", "I16"),
                broken("unknown type", contents(entry(NORM, "BF16", "F4")), WEIGHTS, "model.norm.weight", "F4"),
                broken("negative length", contents(entry(NORM, "256", "-256")), WEIGHTS, "model.norm.weight"),
                broken("length beyond all", contents(entry(NORM, "256", "1099511627776")), WEIGHTS, "model.norm"),
                broken("turned over", contents(entry(QUERY, "256, ?32", "32,256")), WEIGHTS, "layer 0", QUERY),
                broken("offsets before it", contents(entry(NORM, "offsets\": ?\\[", "$0-")), WEIGHTS, "data_offsets"),
                broken("another name", contents(entry(QUERY, "q_proj", "x_proj")), WEIGHTS, "layer 0", QUERY),
                broken("weights that lead to themselves", link(WEIGHTS, WEIGHTS), "no model*.safetensors"),
                broken("weights that lead nowhere", link(WEIGHTS, "/nowhere/at/all"), "no model*.safetensors"),
                broken(
                        "the same twice",
                        folder -> Files.copy(folder.resolve(WEIGHTS), folder.resolve("model-2.safetensors")),
                        "model-2.safetensors",
                        WEIGHTS));
    }

    private static List<Case> tokenizers() {
        return List.of(
                broken("no vocabulary", text(TOKENIZER, json -> "{\"model\":{}}"), TOKENIZER),
                broken("a list", text(TOKENIZER, json -> "[]"), TOKENIZER),
                broken("half a tokenizer", text(TOKENIZER, json -> json.substring(0, 5000)), TOKENIZER),
                broken("no tokenizer", folder -> Files.delete(folder.resolve(TOKENIZER)), TOKENIZER),
                broken("negative id", text(TOKENIZER, json -> json.replaceFirst("\"id\": ?", "$0-")), TOKENIZER),
                broken(
                        "a decoder that nobody knows",
                        text(
                                TOKENIZER,
                                json -> json.replaceFirst(
                                        "\"decoder\": ?\\{\\s*\"type\": ?\"ByteLevel\"",
                                        "\"decoder\":{\"type\":\"Nope\"")),
                        TOKENIZER),
                broken("a tokenizer that leads to itself", link(TOKENIZER, TOKENIZER), TOKENIZER));
    }

    private void copy() throws IOException {
        for (String name : List.of(CONFIG, WEIGHTS, TOKENIZER)) {
            Files.copy(StarterEngine.FOLDER.resolve(name), folder.resolve(name));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatIsWrongIsNamed(Case broken) throws IOException {
        copy();
        broken.damage.to(folder);
        assertThatThrownBy(() -> engine.load(folder).join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll(broken.told.toArray(String[]::new));
    }

    @Test
    void weightsThatAreNoNumbersAreNoAnswer() throws IOException {
        copy();
        // All bits set are no number in any floating type.
        bytes(file -> {
                    int data = 8
                            + (int) ByteBuffer.wrap(file)
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .getLong();
                    Arrays.fill(file, data, file.length, (byte) 0xff);
                    return file;
                })
                .to(folder);
        EngineModel model = engine.load(folder).join();
        Heard heard = answer(model);
        assertThatThrownBy(heard::all).hasRootCauseInstanceOf(ModelFormatException.class);
        assertThat(heard.tokens).isEmpty();
        engine.unload(model).join();
    }

    @Test
    void aTokenThatTheModelDoesNotHaveIsNamed() throws IOException {
        copy();
        text(TOKENIZER, json -> json.replaceFirst("\"!\": ?0", "\"!\": 2000000000"))
                .to(folder);
        EngineModel model = engine.load(folder).join();
        assertThat(model.encode("a")).hasSize(1);
        assertThatThrownBy(() -> model.encode("!"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll(TOKENIZER, "2000000000", "vocab_size", "2048");
        assertThatThrownBy(model::tokens)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContainingAll(TOKENIZER, "2000000000");
        engine.unload(model).join();
    }
}
