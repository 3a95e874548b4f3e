package io.mlxmanager.chat.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A model that has no idea: takes any allowed token, and looks for an end once it has grown tired. Checks at each
 * step that there is a token at all, and that the set and the single answers agree.
 */
public final class RandomWriter {

    private static final int WALKS = 10;
    private static final int LONGEST_WALK = 300;
    private static final int MOST_LOOKED_AT = 2_000;
    private static final List<Integer> TIRED = tired();

    private final SplittableRandom random;
    private final Vocabulary vocabulary;

    public RandomWriter(long seed, Vocabulary vocabulary) {
        this.random = new SplittableRandom(seed);
        this.vocabulary = vocabulary;
    }

    /** A whole text. */
    public String write(CompiledGrammar grammar) {
        return tryToWrite(grammar).orElseThrow(() -> new AssertionError("no end was found"));
    }

    /** A whole text; empty when it was begun in a way of which no end was found in reasonable time. */
    Optional<String> tryToWrite(CompiledGrammar grammar) {
        Matcher matcher = grammar.matcher();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int patience = random.nextInt(60);
        for (int i = 0; ; i++) {
            AllowedTokens allowed = matcher.allowed();
            assertThat(allowed.isEmpty()).as("no token after: " + text).isFalse();
            assertThat(allowed.contains(Vocabularies.END)).isEqualTo(matcher.mayEnd());
            if (matcher.mayEnd() && (i >= patience || matcher.isComplete())) {
                return Optional.of(text.toString(StandardCharsets.UTF_8));
            }
            if (i > patience) {
                return ending(grammar, text.toByteArray()).map(end -> {
                    text.writeBytes(end);
                    return text.toString(StandardCharsets.UTF_8);
                });
            }
            int id = pick(matcher, allowed);
            if (id == Vocabularies.END) {
                return Optional.of(text.toString(StandardCharsets.UTF_8));
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
     * Some bytes behind which the text may end, if they are found. First by a walk that
     * closes what can be closed, then, for texts that must go on in one special way, by a search.
     */
    private Optional<byte[]> ending(CompiledGrammar grammar, byte[] begun) {
        Automaton automaton = grammar.automaton();
        State state = automaton.after(automaton.start(), begun);
        for (int walk = 0; walk < WALKS; walk++) {
            Optional<byte[]> ending = walk(automaton, state);
            if (ending.isPresent()) {
                return ending;
            }
        }
        Comparator<Way> shortest = Comparator.comparingInt(way -> way.bytes().length);
        return search(automaton, state, shortest)
                .or(() -> search(
                        automaton, state, Comparator.comparingInt(Way::depth).thenComparing(shortest)));
    }

    private Optional<byte[]> walk(Automaton automaton, State from) {
        State state = from;
        ByteArrayOutputStream ending = new ByteArrayOutputStream();
        while (!state.mayEnd()) {
            if (ending.size() == LONGEST_WALK) {
                return Optional.empty();
            }
            int value = next(automaton, state);
            ending.write(value);
            state = automaton.after(state, value);
        }
        return Optional.of(ending.toByteArray());
    }

    /** Looks at so many ways, the first in order first. */
    private static Optional<byte[]> search(Automaton automaton, State from, Comparator<Way> order) {
        Set<State> reached = new HashSet<>();
        Queue<Way> open = new PriorityQueue<>(order);
        open.add(Way.to(from, new byte[0]));
        for (int looked = 0; !open.isEmpty() && looked < MOST_LOOKED_AT; looked++) {
            Way way = open.remove();
            if (way.state().mayEnd()) {
                return Optional.of(way.bytes());
            }
            for (int value : TIRED) {
                State next = automaton.after(way.state(), value);
                if (!next.isDead() && reached.add(next)) {
                    byte[] longer = Arrays.copyOf(way.bytes(), way.bytes().length + 1);
                    longer[longer.length - 1] = (byte) value;
                    open.add(Way.to(next, longer));
                }
            }
        }
        return Optional.empty();
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

    private int next(Automaton automaton, State state) {
        int[] possible = TIRED.stream()
                .mapToInt(Integer::intValue)
                .filter(value -> !automaton.after(state, value).isDead())
                .toArray();
        return possible[random.nextInt(4) > 0 ? 0 : random.nextInt(possible.length)];
    }

    /** All bytes, those first that close something or say little, those last that open something. */
    private static List<Integer> tired() {
        List<Integer> values = new ArrayList<>();
        "}]\",:ntf9876543210".chars().forEach(values::add);
        IntStream.rangeClosed('A', 'z').filter(Character::isLetter).forEach(values::add);
        IntStream.range(0, State.BYTES)
                .filter(value -> " \\{[".indexOf(value) < 0)
                .forEach(values::add);
        "\\{[ ".chars().forEach(values::add);
        return values.stream().distinct().toList();
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
