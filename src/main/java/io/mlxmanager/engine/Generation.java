package io.mlxmanager.engine;

/** A running sequence, as those see it who started it. Any thread; nothing here waits. */
public interface Generation {

    /** Asks for the end. The listener hears {@link GenerationEnd#CANCELLED} unless the end came before. */
    void cancel();

    /** Lets the answer become longer than its request said; heard before it has become that long. */
    void allow(int maxTokens);
}
