package io.mlxmanager.chat.constraint;

import java.util.HashMap;
import java.util.Map;

/**
 * All places of a network where a text may stand, as one. Equal states are the same object as long as their automaton
 * remembers them. Safe to use by several threads: what is found later about a state is written once and never changes.
 */
final class State {

    static final int BYTES = 256;

    /**
     * Where rules go on that were called and have not ended. Equal stacks are the same object. Children are read and written
     * under the automaton's lock.
     */
    static final class Frame {

        private final int back;
        private final Frame below;
        private final int number;
        private final Map<Integer, Frame> above = new HashMap<>(2);

        Frame(int back, Frame below, int number) {
            this.back = back;
            this.below = below;
            this.number = number;
        }

        boolean isBottom() {
            return below == null;
        }

        /** The node where the rule below goes on. */
        int back() {
            return back;
        }

        Frame below() {
            return below;
        }

        /** Tells frames of one automaton apart. */
        int number() {
            return number;
        }

        Map<Integer, Frame> above() {
            return above;
        }
    }

    private final int[] nodes;
    private final Frame[] frames;
    private final boolean mayEnd;

    /** Null where nobody has asked yet. */
    private volatile AllowedTokens allowed;

    /** By the next byte; null where nobody has looked yet. */
    private final State[] next = new State[BYTES];

    State(int[] nodes, Frame[] frames, boolean mayEnd) {
        this.nodes = nodes;
        this.frames = frames;
        this.mayEnd = mayEnd;
    }

    int size() {
        return nodes.length;
    }

    int node(int place) {
        return nodes[place];
    }

    Frame frame(int place) {
        return frames[place];
    }

    /** Whether the text may end here. */
    boolean mayEnd() {
        return mayEnd;
    }

    /** Whether no text leads here. */
    boolean isDead() {
        return nodes.length == 0 && !mayEnd;
    }

    /** Whether nothing can follow. */
    boolean isComplete() {
        return nodes.length == 0;
    }

    /** The tokens that may come next, or null when they were not found out yet. */
    AllowedTokens allowed() {
        return allowed;
    }

    void learn(AllowedTokens tokens) {
        allowed = tokens;
    }

    /** The state behind a byte, or null when it was not found out yet. */
    State known(int value) {
        return next[value];
    }

    void learn(int value, State state) {
        next[value] = state;
    }
}
