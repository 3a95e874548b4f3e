package io.mlxmanager.chat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A token of an answer with its likelihood.
 *
 * @param bytes 0 to 255 each; a token may hold only a part of a character
 * @param logprob natural logarithm of its probability
 * @param top the most likely tokens in its place, best first; their own {@code top} is empty
 */
public record TokenLogprob(List<Integer> bytes, double logprob, List<TokenLogprob> top) {

    public TokenLogprob {
        bytes = List.copyOf(bytes);
        top = List.copyOf(top);
    }

    /** From the bytes as a tokenizer has them. */
    public static TokenLogprob of(byte[] bytes, double logprob, List<TokenLogprob> top) {
        List<Integer> values = new ArrayList<>(bytes.length);
        for (byte value : bytes) {
            values.add(Byte.toUnsignedInt(value));
        }
        return new TokenLogprob(values, logprob, top);
    }

    /** The bytes as text; what is no whole character becomes U+FFFD. */
    public String text() {
        byte[] raw = new byte[bytes.size()];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = bytes.get(i).byteValue();
        }
        return new String(raw, StandardCharsets.UTF_8);
    }
}
