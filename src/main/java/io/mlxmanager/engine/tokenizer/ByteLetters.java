package io.mlxmanager.engine.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The alphabet in which byte-level vocabularies are written: printable bytes of Latin-1 stand for themselves, the other 68,
 * in rising order, are the characters from U+0100 on.
 */
final class ByteLetters {

    private static final int FIRST_SUBSTITUTE = 0x100;

    private static final byte[] SUBSTITUTED = substituted();

    private ByteLetters() {}

    /** What a piece of the vocabulary stands for; characters outside the alphabet stand for themselves. */
    static byte[] bytes(String piece) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(piece.length());
        piece.codePoints().forEach(letter -> {
            if (letter < FIRST_SUBSTITUTE && itself(letter)) {
                out.write(letter);
            } else if (letter >= FIRST_SUBSTITUTE && letter - FIRST_SUBSTITUTE < SUBSTITUTED.length) {
                out.write(SUBSTITUTED[letter - FIRST_SUBSTITUTE]);
            } else {
                out.writeBytes(Character.toString(letter).getBytes(StandardCharsets.UTF_8));
            }
        });
        return out.toByteArray();
    }

    private static boolean itself(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || (value >= 0xAE && value <= 0xFF);
    }

    private static byte[] substituted() {
        ByteArrayOutputStream others = new ByteArrayOutputStream();
        for (int value = 0; value < 256; value++) {
            if (!itself(value)) {
                others.write(value);
            }
        }
        return others.toByteArray();
    }
}
