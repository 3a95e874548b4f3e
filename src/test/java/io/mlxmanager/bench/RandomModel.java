package io.mlxmanager.bench;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A model folder with the shape of Qwen3-0.6B and random 4-bit weights: as many bytes to read and as much to compute as the
 * real one, and nothing to download. Speed does not depend on what the weights say.
 */
final class RandomModel {

    static final int LAYERS = 28;
    static final int HIDDEN = 1024;
    static final int HEADS = 16;
    static final int KV_HEADS = 8;
    static final int HEAD_DIM = 128;
    static final int FEED_FORWARD = 3072;
    static final int VOCABULARY = 151_936;
    private static final int GROUP = 64;

    /** A tensor to write: name, type, shape and how its bytes are made. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Tensor(String name, String dtype, int[] shape, long bytes, float centre) {}

    private final List<Tensor> tensors = new ArrayList<>();

    private RandomModel() {}

    /** The folder, written unless it is there. */
    static Path folder(Path parent) throws IOException {
        Path folder = parent.resolve("random-qwen3-0.6b-4bit");
        if (!Files.exists(folder.resolve("config.json"))) {
            Files.createDirectories(folder);
            new RandomModel().write(folder);
        }
        return folder;
    }

    private void write(Path folder) throws IOException {
        packed("model.embed_tokens", VOCABULARY, HIDDEN);
        for (int layer = 0; layer < LAYERS; layer++) {
            String path = "model.layers." + layer;
            norm(path + ".input_layernorm", HIDDEN);
            packed(path + ".self_attn.q_proj", HEADS * HEAD_DIM, HIDDEN);
            packed(path + ".self_attn.k_proj", KV_HEADS * HEAD_DIM, HIDDEN);
            packed(path + ".self_attn.v_proj", KV_HEADS * HEAD_DIM, HIDDEN);
            packed(path + ".self_attn.o_proj", HIDDEN, HEADS * HEAD_DIM);
            norm(path + ".self_attn.q_norm", HEAD_DIM);
            norm(path + ".self_attn.k_norm", HEAD_DIM);
            norm(path + ".post_attention_layernorm", HIDDEN);
            packed(path + ".mlp.gate_proj", FEED_FORWARD, HIDDEN);
            packed(path + ".mlp.up_proj", FEED_FORWARD, HIDDEN);
            packed(path + ".mlp.down_proj", HIDDEN, FEED_FORWARD);
        }
        norm("model.norm", HIDDEN);
        weights(folder.resolve("model.safetensors"));
        Files.writeString(folder.resolve("config.json"), config().toString());
    }

    private static JsonObject config() {
        return Json.createObjectBuilder()
                .add("model_type", "qwen3")
                .add("hidden_size", HIDDEN)
                .add("num_hidden_layers", LAYERS)
                .add("num_attention_heads", HEADS)
                .add("num_key_value_heads", KV_HEADS)
                .add("head_dim", HEAD_DIM)
                .add("intermediate_size", FEED_FORWARD)
                .add("vocab_size", VOCABULARY)
                .add("max_position_embeddings", 40_960)
                .add("rms_norm_eps", 1e-6)
                .add("rope_theta", 1_000_000)
                .add("tie_word_embeddings", true)
                .add(
                        "quantization",
                        Json.createObjectBuilder().add("group_size", GROUP).add("bits", 4))
                .build();
    }

    private void packed(String path, int out, int in) {
        tensors.add(new Tensor(path + ".weight", "U32", new int[] {out, in / 8}, (long) out * in / 2, 0));
        tensors.add(
                new Tensor(path + ".scales", "BF16", new int[] {out, in / GROUP}, (long) out * in / GROUP * 2, 0.004f));
        tensors.add(
                new Tensor(path + ".biases", "BF16", new int[] {out, in / GROUP}, (long) out * in / GROUP * 2, -0.03f));
    }

    private void norm(String path, int features) {
        tensors.add(new Tensor(path + ".weight", "BF16", new int[] {features}, features * 2L, 1f));
    }

    private void weights(Path file) throws IOException {
        Map<String, JsonObject> entries = new LinkedHashMap<>();
        long at = 0;
        for (Tensor tensor : tensors) {
            var shape = Json.createArrayBuilder();
            for (int axis : tensor.shape()) {
                shape.add(axis);
            }
            entries.put(
                    tensor.name(),
                    Json.createObjectBuilder()
                            .add("dtype", tensor.dtype())
                            .add("shape", shape)
                            .add(
                                    "data_offsets",
                                    Json.createArrayBuilder().add(at).add(at + tensor.bytes()))
                            .build());
            at += tensor.bytes();
        }
        JsonObjectBuilder header = Json.createObjectBuilder();
        entries.forEach(header::add);
        String json = header.build().toString();
        byte[] text = (json + " ".repeat((8 - json.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            out.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(text.length)
                    .array());
            out.write(text);
            SplittableRandom random = new SplittableRandom(7);
            for (Tensor tensor : tensors) {
                contents(out, tensor, random);
            }
        }
    }

    private static void contents(OutputStream out, Tensor tensor, SplittableRandom random) throws IOException {
        byte[] chunk = new byte[1 << 16];
        for (long left = tensor.bytes(); left > 0; left -= chunk.length) {
            int length = (int) Math.min(left, chunk.length);
            if (tensor.dtype().equals("U32")) {
                random.nextBytes(chunk);
            } else {
                for (int i = 0; i < length; i += 2) {
                    float value = tensor.centre() * (float) random.nextDouble(0.75, 1.25);
                    int bits = Float.floatToIntBits(value) >>> 16;
                    chunk[i] = (byte) bits;
                    chunk[i + 1] = (byte) (bits >> 8);
                }
            }
            out.write(chunk, 0, length);
        }
    }
}
