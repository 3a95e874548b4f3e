package io.mlxmanager.engine.tokenizer;

import java.util.List;
import java.util.Map;

/**
 * What each token of a vocabulary writes. A token may be half a character, so this is told in bytes. Immutable.
 *
 * @param bytes by id; empty for ids without a token and for special tokens, which no text is to hold. Not changed by anybody
 * @param specials ids of special tokens by their text
 */
public record TokenTable(List<byte[]> bytes, Map<String, Integer> specials) {

    public TokenTable {
        bytes = List.copyOf(bytes);
        specials = Map.copyOf(specials);
    }
}
