package io.mlxmanager.engine.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A model's tokenizer.json. Safe for use by several threads; the model's owner closes it after the last use.
 */
public final class Tokenizer implements AutoCloseable {

    private static final long MAX_BYTES = 256L << 20;

    private final HuggingFaceTokenizer tokenizer;
    private final Path file;

    /** Read when it is first asked for: few requests want it, and large vocabularies take a moment. */
    private TokenBytes bytes;

    private Tokenizer(HuggingFaceTokenizer tokenizer, Path file) {
        this.tokenizer = tokenizer;
        this.file = file;
    }

    /**
     * @param folder the model's
     * @throws ModelFormatException if tokenizer.json is missing or is not understood
     */
    public static Tokenizer load(Path folder) {
        Path file = folder.resolve("tokenizer.json");
        if (!Files.isRegularFile(file)) {
            throw new ModelFormatException(folder.getFileName() + ": missing tokenizer.json");
        }
        TokenizerLibrary.prepare();
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ModelFormatException("tokenizer.json: " + Files.size(file) + " bytes, at most " + MAX_BYTES);
            }
            // The bare file: what stands in tokenizer_config.json is for the template, which names special tokens
            // itself.
            Map<String, String> options =
                    Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
            try (var in = Files.newInputStream(file)) {
                return new Tokenizer(HuggingFaceTokenizer.newInstance(in, options), file);
            }
        } catch (IOException | RuntimeException e) {
            throw new ModelFormatException("tokenizer.json: not understood: " + e.getMessage(), e);
        }
    }

    /** Token ids of a text in which special tokens are recognised where they are written out; none is added. */
    public int[] encode(String text) {
        return encode(text, false);
    }

    /** As {@link #encode(String)}, with the tokens that the file puts around a text of its own, such as one that begins it. */
    public int[] encodeWhole(String text) {
        return encode(text, true);
    }

    private int[] encode(String text, boolean whole) {
        long[] ids = tokenizer.encode(text, whole, false).getIds();
        int[] result = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] > Integer.MAX_VALUE) {
                throw new ModelFormatException("tokenizer.json: " + ids[i] + " is no id of a token");
            }
            result[i] = (int) ids[i];
        }
        return result;
    }

    /** The text of tokens, special ones included. Ids of half a character give U+FFFD. */
    public String decode(int[] ids, int from, int to) {
        long[] wide = new long[to - from];
        for (int i = from; i < to; i++) {
            wide[i - from] = ids[i];
        }
        return tokenizer.decode(wide, false);
    }

    /** The bytes of one token; empty for an id that does not exist. */
    public byte[] bytes(int id) {
        return vocabulary().of(id);
    }

    /**
     * What all tokens write.
     *
     * @throws ModelFormatException when that cannot be told of each token by itself
     */
    public TokenTable tokens() {
        return vocabulary().table();
    }

    private synchronized TokenBytes vocabulary() {
        if (bytes == null) {
            bytes = TokenBytes.read(file);
        }
        return bytes;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
