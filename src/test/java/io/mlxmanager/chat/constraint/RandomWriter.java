package io.mlxmanager.chat.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * A model that has no idea: takes any allowed token, and goes to the nearest end once it has grown tired. Checks at each
 * step that there is a token at all, that the set and the single answers agree, and that the end comes nearer.
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
        for (int patience = random.nextInt(60); patience > 0 && !matcher.isComplete(); patience--) {
            AllowedTokens allowed = allowed(matcher, text);
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
        end(grammar, matcher, text);
        return text.toString(StandardCharsets.UTF_8);
    }

    private static AllowedTokens allowed(Matcher matcher, ByteArrayOutputStream text) {
        AllowedTokens allowed = matcher.allowed();
        assertThat(allowed.isEmpty()).as("no token after: " + text).isFalse();
        assertThat(allowed.contains(Vocabularies.END)).isEqualTo(matcher.mayEnd());
        return allowed;
    }

    private void end(CompiledGrammar grammar, Matcher matcher, ByteArrayOutputStream text) {
        WayOut out = new WayOut(grammar.network());
        while (!matcher.mayEnd()) {
            long steps = out.from(matcher.state());
            int id = out.next(matcher.state(), random);
            assertThat(matcher.allows(id)).as("token " + id + " after " + text).isTrue();
            matcher.accept(id);
            text.writeBytes(vocabulary.bytes(id));
            assertThat(out.from(matcher.state())).isEqualTo(steps - 1);
        }
        assertThat(allowed(matcher, text).contains(Vocabularies.END)).isTrue();
    }

    private int pick(Matcher matcher, AllowedTokens allowed) {
        int id = random.nextInt(vocabulary.size());
        while (!allowed.contains(id)) {
            id = (id + 1) % vocabulary.size();
        }
        assertThat(matcher.allows(id)).isTrue();
        return id;
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
