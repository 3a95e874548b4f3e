package io.mlxmanager.chat.constraint;

/**
 * A grammar in the tokens of a vocabulary, with what was found out about it so far. Thread-safe; every text gets a matcher of
 * its own.
 */
public final class CompiledGrammar {

    private final Vocabulary vocabulary;
    private final Network network;
    private final Automaton automaton;
    private final Masks masks;

    private CompiledGrammar(Vocabulary vocabulary, Network network) {
        this.vocabulary = vocabulary;
        this.network = network;
        this.automaton = new Automaton(network);
        this.masks = new Masks(network, automaton, vocabulary);
    }

    /**
     * Compiles.
     *
     * @throws GrammarException when the grammar allows no text, or is too large, or has a rule that begins with itself
     */
    public static CompiledGrammar of(Grammar grammar, Vocabulary vocabulary) {
        return new CompiledGrammar(vocabulary, NetworkBuilder.build(grammar, vocabulary));
    }

    /** Follows a text from its beginning. */
    public Matcher matcher() {
        return new Matcher(this);
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    Network network() {
        return network;
    }

    Automaton automaton() {
        return automaton;
    }

    Masks masks() {
        return masks;
    }
}
