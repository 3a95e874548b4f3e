package io.mlxmanager.chat.constraint;

import java.util.concurrent.Callable;

/** Follows one text through a compiled grammar. Confined to one thread at a time. */
public final class Matcher {

    private final CompiledGrammar grammar;
    private State state;

    Matcher(CompiledGrammar grammar) {
        this.grammar = grammar;
        this.state = grammar.automaton().start();
    }

    /** Whether a token may come next; never needs the whole set. */
    public boolean allows(int id) {
        if (id < 0 || id >= grammar.vocabulary().size()) {
            return false;
        }
        return grammar.vocabulary().isEnd(id) ? state.mayEnd() : !after(id).isDead();
    }

    /**
     * Takes the next token.
     *
     * @throws IllegalStateException if it is not allowed, or ends the text
     */
    public void accept(int id) {
        State next = after(id);
        if (next.isDead()) {
            throw new IllegalStateException("token " + id + " may not come here");
        }
        state = next;
    }

    /** All tokens that may come next, those that end the text included; computed once for each place in the grammar. */
    public AllowedTokens allowed() {
        return grammar.masks().of(state);
    }

    /** {@link #allowed} as of now, to be asked for by any thread at any time. */
    public Callable<AllowedTokens> allowedLater() {
        State now = state;
        return () -> grammar.masks().of(now);
    }

    /** Whether {@link #allowed} would return at once. */
    public boolean isAllowedKnown() {
        return state.allowed() != null;
    }

    /** Whether the text may end here. */
    public boolean mayEnd() {
        return state.mayEnd();
    }

    /** Whether the text must end here: nothing can follow. */
    public boolean isComplete() {
        return state.isComplete();
    }

    /** Where the text stands. */
    State state() {
        return state;
    }

    private State after(int id) {
        byte[] bytes = grammar.vocabulary().bytes(id);
        return bytes.length == 0
                ? grammar.automaton().afterToken(state, id)
                : grammar.automaton().after(state, bytes);
    }
}
