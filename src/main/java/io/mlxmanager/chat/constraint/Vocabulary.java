package io.mlxmanager.chat.constraint;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The tokens of a model, in bytes. Identity counts: what is computed for a vocabulary is kept with it. Immutable and
 * thread-safe.
 */
public final class Vocabulary {

    private final List<byte[]> tokens;
    private final Map<String, Integer> specials;
    private final int[] ends;
    private final BitSet singleBytes = new BitSet();
    private final TokenTrie trie;

    /**
     * @param tokens by id, what each writes; empty for tokens that write nothing, among them special ones
     * @param specials special tokens by their text
     * @param ends the tokens that end an answer; what they write counts for nothing
     */
    public Vocabulary(List<byte[]> tokens, Map<String, Integer> specials, Set<Integer> ends) {
        this.tokens = List.copyOf(tokens);
        this.specials = Map.copyOf(specials);
        this.ends = ends.stream()
                .filter(id -> id >= 0 && id < tokens.size())
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        this.trie = TokenTrie.of(this.tokens, ends);
        for (int id = 0; id < tokens.size(); id++) {
            if (tokens.get(id).length == 1 && !ends.contains(id)) {
                singleBytes.set(tokens.get(id)[0] & 0xFF);
            }
        }
    }

    /** Number of ids. */
    public int size() {
        return tokens.size();
    }

    /** What a token writes; not changed by anybody. */
    byte[] bytes(int id) {
        return tokens.get(id);
    }

    boolean isEnd(int id) {
        for (int end : ends) {
            if (end == id) {
                return true;
            }
        }
        return false;
    }

    int[] ends() {
        return ends;
    }

    boolean hasByte(int value) {
        return singleBytes.get(value);
    }

    OptionalInt special(String text) {
        Integer id = specials.get(text);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    TokenTrie trie() {
        return trie;
    }
}
