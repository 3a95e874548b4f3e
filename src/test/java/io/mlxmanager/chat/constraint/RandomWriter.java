package io.mlxmanager.chat.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A model that has no idea: takes any allowed token, and the shortest way to an end once it has grown tired. Checks at each
 * step that there is a token at all, and that the set and the single answers agree.
 */
public final class RandomWriter {

    private final SplittableRandom random;
    private final Vocabulary vocabulary;

    public RandomWriter(long seed, Vocabulary vocabulary) {
        this.random = new SplittableRandom(seed);
        this.vocabulary = vocabulary;
    }

    /** A whole text. */
    public String write(CompiledGrammar grammar) {
        Matcher matcher = grammar.matcher();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int patience = random.nextInt(60);
        for (int i = 0; ; i++) {
            AllowedTokens allowed = matcher.allowed();
            assertThat(allowed.isEmpty()).as("no token after: " + text).isFalse();
            assertThat(allowed.contains(Vocabularies.END)).isEqualTo(matcher.mayEnd());
            if (matcher.mayEnd() && (i >= patience || matcher.isComplete())) {
                return text.toString(StandardCharsets.UTF_8);
            }
            if (i > patience) {
                byte[] end = shortestEnd(grammar, text.toByteArray());
                text.writeBytes(end);
                return text.toString(StandardCharsets.UTF_8);
            }
            int id = pick(matcher, allowed);
            if (id == Vocabularies.END) {
                return text.toString(StandardCharsets.UTF_8);
            }
            int other = random.nextInt(vocabulary.size());
            assertThat(matcher.allows(other))
                    .as("token " + other + " after " + text)
                    .isEqualTo(allowed.contains(other));
            matcher.accept(id);
            text.writeBytes(vocabulary.bytes(id));
        }
    }

    private int pick(Matcher matcher, AllowedTokens allowed) {
        int id = random.nextInt(vocabulary.size());
        while (!allowed.contains(id)) {
            id = (id + 1) % vocabulary.size();
        }
        assertThat(matcher.allows(id)).isTrue();
        return id;
    }

    /**
     * A few bytes behind which the text may end; there are some behind every text that could be begun. Looks first where the
     * fewest rules are open, because a rule that calls itself could be called for ever.
     */
    private static byte[] shortestEnd(CompiledGrammar grammar, byte[] begun) {
        Automaton automaton = grammar.automaton();
        Set<State> reached = new HashSet<>();
        Queue<Way> open = new PriorityQueue<>(
                Comparator.comparingInt(Way::depth).thenComparingInt(way -> way.bytes().length));
        open.add(Way.to(automaton.after(automaton.start(), begun), new byte[0]));
        while (!open.isEmpty()) {
            Way way = open.remove();
            if (way.state().mayEnd()) {
                return way.bytes();
            }
            for (int value = 0; value < State.BYTES; value++) {
                State next = automaton.after(way.state(), value);
                if (!next.isDead() && reached.add(next)) {
                    byte[] longer = Arrays.copyOf(way.bytes(), way.bytes().length + 1);
                    longer[longer.length - 1] = (byte) value;
                    open.add(Way.to(next, longer));
                }
            }
        }
        throw new AssertionError("no end behind " + new String(begun, StandardCharsets.UTF_8));
    }

    /** @param depth rules that are open in the reading that has the fewest */
    @SuppressWarnings("ArrayRecordComponent")
    private record Way(State state, byte[] bytes, int depth) {

        static Way to(State state, byte[] bytes) {
            int least = Integer.MAX_VALUE;
            for (int place = 0; place < state.size(); place++) {
                int depth = 0;
                for (State.Frame frame = state.frame(place); !frame.isBottom(); frame = frame.below()) {
                    depth++;
                }
                least = Math.min(least, depth);
            }
            return new Way(state, bytes, least);
        }
    }

    /** Whether a text may be written and may end then, byte by byte. */
    public static boolean accepts(CompiledGrammar grammar, String text) {
        Matcher matcher = grammar.matcher();
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
            if (!matcher.allows(1 + (value & 0xFF))) {
                return false;
            }
            matcher.accept(1 + (value & 0xFF));
        }
        return matcher.mayEnd();
    }
}
