package io.mlxmanager.bench;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The twin of {@link RandomModel} for engines that read GGUF: the same shape with random Q4_0 weights, which take the same
 * 4.5 bits each as four bits in groups of 64 do. {@code RandomGguf <file>} writes it.
 */
public final class RandomGguf {

    private static final int ALIGNMENT = 32;
    private static final int BLOCK = 32;
    private static final int BLOCK_BYTES = 18;

    private static final int U32 = 4;
    private static final int I32 = 5;
    private static final int F32 = 6;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private static final int TYPE_F32 = 0;
    private static final int TYPE_Q4_0 = 2;

    /** @param inner the axis that lies together, which GGUF names first */
    private record Tensor(String name, int inner, int rows, int type) {

        long bytes() {
            return type == TYPE_F32 ? 4L * inner : (long) rows * inner / BLOCK * BLOCK_BYTES;
        }
    }

    private final ByteArrayOutputStream header = new ByteArrayOutputStream();
    private final List<Tensor> tensors = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(7);
    private int entries;

    private RandomGguf() {}

    public static void main(String[] arguments) throws IOException {
        new RandomGguf().write(Path.of(arguments[0]));
    }

    private void write(Path file) throws IOException {
        collectTensors();
        byte[] facts = metadata();
        word(0x46554747);
        word(3);
        wide(tensors.size());
        wide(entries);
        header.writeBytes(facts);
        long at = 0;
        for (Tensor tensor : tensors) {
            string(tensor.name());
            word(tensor.type() == TYPE_F32 ? 1 : 2);
            wide(tensor.inner());
            if (tensor.type() != TYPE_F32) {
                wide(tensor.rows());
            }
            word(tensor.type());
            wide(at);
            at += aligned(tensor.bytes());
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            header.writeBytes(new byte[(int) (aligned(header.size()) - header.size())]);
            header.writeTo(out);
            for (Tensor tensor : tensors) {
                byte[] contents = contents(tensor);
                out.write(contents);
                out.write(new byte[(int) (aligned(contents.length) - contents.length)]);
            }
        }
    }

    private void collectTensors() {
        int heads = RandomModel.HEADS * RandomModel.HEAD_DIM;
        int kvHeads = RandomModel.KV_HEADS * RandomModel.HEAD_DIM;
        packed("token_embd", RandomModel.VOCABULARY, RandomModel.HIDDEN);
        for (int layer = 0; layer < RandomModel.LAYERS; layer++) {
            String path = "blk." + layer + ".";
            norm(path + "attn_norm", RandomModel.HIDDEN);
            packed(path + "attn_q", heads, RandomModel.HIDDEN);
            packed(path + "attn_k", kvHeads, RandomModel.HIDDEN);
            packed(path + "attn_v", kvHeads, RandomModel.HIDDEN);
            packed(path + "attn_output", RandomModel.HIDDEN, heads);
            norm(path + "attn_q_norm", RandomModel.HEAD_DIM);
            norm(path + "attn_k_norm", RandomModel.HEAD_DIM);
            norm(path + "ffn_norm", RandomModel.HIDDEN);
            packed(path + "ffn_gate", RandomModel.FEED_FORWARD, RandomModel.HIDDEN);
            packed(path + "ffn_up", RandomModel.FEED_FORWARD, RandomModel.HIDDEN);
            packed(path + "ffn_down", RandomModel.HIDDEN, RandomModel.FEED_FORWARD);
        }
        norm("output_norm", RandomModel.HIDDEN);
    }

    private void packed(String name, int rows, int inner) {
        tensors.add(new Tensor(name + ".weight", inner, rows, TYPE_Q4_0));
    }

    private void norm(String name, int features) {
        tensors.add(new Tensor(name + ".weight", features, 1, TYPE_F32));
    }

    /** What a reader wants to know before the tensors; the vocabulary is made up, one word a number. */
    private byte[] metadata() {
        text("general.architecture", "qwen3");
        number("general.alignment", ALIGNMENT);
        number("general.file_type", 2);
        number("qwen3.block_count", RandomModel.LAYERS);
        number("qwen3.context_length", 40_960);
        number("qwen3.embedding_length", RandomModel.HIDDEN);
        number("qwen3.feed_forward_length", RandomModel.FEED_FORWARD);
        number("qwen3.attention.head_count", RandomModel.HEADS);
        number("qwen3.attention.head_count_kv", RandomModel.KV_HEADS);
        number("qwen3.attention.key_length", RandomModel.HEAD_DIM);
        number("qwen3.attention.value_length", RandomModel.HEAD_DIM);
        real("qwen3.attention.layer_norm_rms_epsilon", 1e-6f);
        real("qwen3.rope.freq_base", 1_000_000f);
        text("tokenizer.ggml.model", "gpt2");
        text("tokenizer.ggml.pre", "qwen2");
        texts(
                "tokenizer.ggml.tokens",
                IntStream.range(0, RandomModel.VOCABULARY)
                        .mapToObj(i -> "w" + i)
                        .toList());
        entry("tokenizer.ggml.token_type", ARRAY);
        word(I32);
        wide(RandomModel.VOCABULARY);
        for (int i = 0; i < RandomModel.VOCABULARY; i++) {
            word(1);
        }
        texts("tokenizer.ggml.merges", List.of("w 0"));
        number("tokenizer.ggml.eos_token_id", RandomModel.VOCABULARY - 1);
        byte[] facts = header.toByteArray();
        header.reset();
        return facts;
    }

    private void entry(String key, int type) {
        entries++;
        string(key);
        word(type);
    }

    private void number(String key, int value) {
        entry(key, U32);
        word(value);
    }

    private void real(String key, float value) {
        entry(key, F32);
        word(Float.floatToIntBits(value));
    }

    private void text(String key, String value) {
        entry(key, STRING);
        string(value);
    }

    private void texts(String key, List<String> values) {
        entry(key, ARRAY);
        word(STRING);
        wide(values.size());
        values.forEach(this::string);
    }

    private void string(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        wide(bytes.length);
        header.writeBytes(bytes);
    }

    private void word(int value) {
        header.writeBytes(little(4).putInt(value).array());
    }

    private void wide(long value) {
        header.writeBytes(little(8).putLong(value).array());
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private byte[] contents(Tensor tensor) {
        byte[] contents = new byte[(int) tensor.bytes()];
        ByteBuffer out = ByteBuffer.wrap(contents).order(ByteOrder.LITTLE_ENDIAN);
        if (tensor.type() == TYPE_F32) {
            while (out.hasRemaining()) {
                out.putFloat((float) random.nextDouble(0.75, 1.25));
            }
            return contents;
        }
        byte[] codes = new byte[BLOCK_BYTES - 2];
        while (out.hasRemaining()) {
            // 0x1c18 is 0.004 as a half; the low bits vary it by a quarter.
            out.putShort((short) (0x1c18 + random.nextInt(0x100)));
            random.nextBytes(codes);
            out.put(codes);
        }
        return contents;
    }
}
