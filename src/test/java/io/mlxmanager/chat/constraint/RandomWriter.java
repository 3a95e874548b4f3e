package io.mlxmanager.chat.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A model that has no idea: takes any allowed token, and ends as soon as it may once it has grown tired. Checks at each step
 * that there is a token at all, and that the set and the single answers agree.
 */
final class RandomWriter {

    private static final int MOST_TOKENS = 3000;

    private final SplittableRandom random;
    private final Vocabulary vocabulary;

    RandomWriter(long seed, Vocabulary vocabulary) {
        this.random = new SplittableRandom(seed);
        this.vocabulary = vocabulary;
    }

    /** A whole text, or nothing when it never came to an end. */
    Optional<String> write(CompiledGrammar grammar) {
        Matcher matcher = grammar.matcher();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int patience = random.nextInt(60);
        for (int i = 0; i < MOST_TOKENS; i++) {
            AllowedTokens allowed = matcher.allowed();
            assertThat(allowed.isEmpty()).as("no token after: " + text).isFalse();
            assertThat(allowed.contains(Vocabularies.END)).isEqualTo(matcher.mayEnd());
            if (matcher.mayEnd() && (i >= patience || matcher.isComplete())) {
                return Optional.of(text.toString(StandardCharsets.UTF_8));
            }
            int id = pick(matcher, allowed, i > patience);
            if (id == Vocabularies.END) {
                return Optional.of(text.toString(StandardCharsets.UTF_8));
            }
            int other = random.nextInt(vocabulary.size());
            assertThat(matcher.allows(other)).as("token " + other + " after " + text).isEqualTo(allowed.contains(other));
            matcher.accept(id);
            text.writeBytes(vocabulary.bytes(id));
        }
        return Optional.empty();
    }

    /** Who is tired prefers what closes. */
    private int pick(Matcher matcher, AllowedTokens allowed, boolean tired) {
        if (tired) {
            for (char c : "\"]}\n0".toCharArray()) {
                for (int id = 1; id <= 256; id++) {
                    if (vocabulary.bytes(id).length == 1 && vocabulary.bytes(id)[0] == c && allowed.contains(id)
                            && random.nextInt(10) > 0) {
                        return id;
                    }
                }
            }
        }
        int id = random.nextInt(vocabulary.size());
        while (!allowed.contains(id)) {
            id = (id + 1) % vocabulary.size();
        }
        assertThat(matcher.allows(id)).isTrue();
        return id;
    }
}
