package io.mlxmanager.serve.generate;

import io.mlxmanager.chat.constraint.CompiledGrammar;
import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.chat.constraint.GrammarException;
import io.mlxmanager.chat.constraint.Vocabulary;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.engine.sample.TokenConstraint;
import io.mlxmanager.engine.tokenizer.TokenTable;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.serve.threads.ServerThreads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Grammars in the tokens of the loaded models. What was compiled is kept for the requests that follow, the latest grammars of
 * each model, as long as the model is loaded. Any thread; the first request of a model or a grammar waits for the compiling.
 */
@ApplicationScoped
public class ConstraintLibrary {

    private static final int MOST_GRAMMARS = 16;

    private ServerThreads threads;
    private final Map<EngineModel, Shelf> shelves = new WeakHashMap<>();

    /** For the container's proxy. */
    protected ConstraintLibrary() {}

    @Inject
    public ConstraintLibrary(ServerThreads threads) {
        this.threads = threads;
    }

    /**
     * A constraint for one sequence.
     *
     * @param ends the tokens that end an answer of this model
     * @throws GrammarException when the model's tokens cannot write anything the grammar allows, or it is not known what they
     *     write
     */
    TokenConstraint of(Grammar grammar, EngineModel model, Set<Integer> ends, SamplingOptions sampling) {
        Shelf shelf;
        synchronized (shelves) {
            shelf = shelves.computeIfAbsent(model, loaded -> new Shelf());
        }
        CompiledGrammar compiled = shelf.compiled(grammar, model, ends);
        // Who takes the likeliest token rarely needs more than to know whether it is allowed.
        return new GrammarConstraint(compiled.matcher(), sampling.plainGreedy() ? task -> {} : threads::run);
    }

    /** The grammars of one model, the latest used last. */
    private static final class Shelf {

        private final Map<Grammar, CompiledGrammar> grammars = new LinkedHashMap<>(16, 0.75f, true);
        private Vocabulary vocabulary;

        synchronized CompiledGrammar compiled(Grammar grammar, EngineModel model, Set<Integer> ends) {
            if (vocabulary == null) {
                TokenTable tokens = tokens(model);
                vocabulary = new Vocabulary(tokens.bytes(), tokens.specials(), ends);
            }
            CompiledGrammar known = grammars.get(grammar);
            if (known == null) {
                known = CompiledGrammar.of(grammar, vocabulary);
                grammars.put(grammar, known);
                if (grammars.size() > MOST_GRAMMARS) {
                    grammars.remove(grammars.keySet().iterator().next());
                }
            }
            return known;
        }

        private static TokenTable tokens(EngineModel model) {
            try {
                return model.tokens();
            } catch (ModelFormatException e) {
                throw new GrammarException(
                        GrammarException.Kind.UNSUPPORTED, "", "cannot be enforced with this model: " + e.getMessage());
            }
        }
    }
}
