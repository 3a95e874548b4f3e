package io.mlxmanager.serve.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.constraint.CompiledGrammar;
import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.chat.constraint.RegexReader;
import io.mlxmanager.chat.constraint.Vocabularies;
import io.mlxmanager.engine.sample.Sampler;
import io.mlxmanager.engine.sample.SamplingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class GrammarConstraintTest {

    private static final CompiledGrammar GRAMMAR =
            CompiledGrammar.of(Grammar.of(RegexReader.whole("ab|ac")), Vocabularies.small());

    private static int id(char c) {
        return 1 + c;
    }

    /** The likeliest of the allowed ones when everything else is likelier. */
    private static int drawn(GrammarConstraint constraint) {
        float[] logits = new float[Vocabularies.small().size()];
        Arrays.fill(logits, 9);
        logits[id('a')] = 1;
        logits[id('b')] = 0;
        logits[id('c')] = 2;
        return new Sampler(SamplingOptions.GREEDY).choose(logits, Optional.of(constraint));
    }

    private static void follow(Executor beside) {
        GrammarConstraint constraint = new GrammarConstraint(GRAMMAR.matcher(), beside);
        assertThat(constraint.allows(id('b'))).isFalse();
        assertThat(drawn(constraint)).isEqualTo(id('a'));
        constraint.accept(id('a'));
        assertThat(constraint.complete()).isFalse();
        assertThat(drawn(constraint)).isEqualTo(id('c'));
        constraint.accept(id('c'));
        assertThat(constraint.complete()).isTrue();
        assertThat(constraint.allows(Vocabularies.END)).isTrue();
    }

    @Test
    void masksAreMadeBesideOrWhenTheyAreNeeded() {
        List<Runnable> tasks = new ArrayList<>();
        follow(tasks::add);
        follow(Runnable::run);
        follow(task -> {
            throw new RejectedExecutionException("busy");
        });
        assertThat(tasks).as("a mask that is there is not made again").hasSizeLessThanOrEqualTo(3);
        tasks.forEach(Runnable::run);
    }
}
