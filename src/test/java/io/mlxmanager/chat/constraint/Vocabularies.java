package io.mlxmanager.chat.constraint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Small vocabularies: every byte, and some pieces of which JSON, calls and words are often made. */
public final class Vocabularies {

    public static final int END = 0;

    private static final List<String> PIECES = List.of(
            "{\"",
            "\":",
            "\": ",
            "\",",
            "\", \"",
            "\"}",
            "}}",
            "},",
            "}]",
            "]}",
            "[[",
            " {",
            " \"",
            "\": \"",
            ",\n",
            "\n  ",
            "true",
            "false",
            "null",
            "12",
            "00",
            "1.",
            "name",
            "value",
            "items",
            "the",
            " the",
            "an",
            "é",
            "日本",
            "😀",
            "\\n",
            "\\u",
            "\\\"",
            "<tool_call>",
            "</tool_call>",
            "</think>",
            ">\n",
            "\n\n",
            "  ",
            "    ",
            "\"a\"",
            "a\":1,\"b",
            "e",
            "es",
            "esting",
            "{\"name\": \"",
            "</",
            "function",
            "=",
            "0.5",
            "-1",
            "E+",
            "[1,",
            "1]",
            "\"]}",
            "\"\"",
            "\"}\n");

    private Vocabularies() {}

    public static Vocabulary small() {
        return new Vocabulary(tokens(), Map.of("[CALL]", tokens().size() - 1), Set.of(END));
    }

    private static List<byte[]> tokens() {
        List<byte[]> tokens = new ArrayList<>();
        tokens.add(new byte[0]);
        for (int value = 0; value < 256; value++) {
            tokens.add(new byte[] {(byte) value});
        }
        for (String piece : PIECES) {
            tokens.add(piece.getBytes(StandardCharsets.UTF_8));
        }
        tokens.add(new byte[0]);
        return tokens;
    }
}
