package io.mlxmanager.serve.pool;

import io.mlxmanager.engine.Share;
import io.mlxmanager.engine.arch.ModelFacts;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the contexts of a model cost in memory: keys and values of every position, in whole blocks, and what a step of it
 * works with. Pure.
 *
 * @param facts of the model
 * @param kvBits of an element of keys and values
 * @param prefillChunk most tokens of a prompt that are read in one step
 */
record ContextRoom(ModelFacts facts, int kvBits, int prefillChunk) {

    /** Keys and values are stored in blocks of so many positions. */
    private static final int BLOCK = 256;

    /** Activations of one position while it is read: those of a layer are freed before the next one's. */
    private static final long ACTIVATIONS = 64 << 10;

    /** Logits, their copy for the sampler and the candidates. */
    private static final long PER_LOGIT = 12;

    /** Bytes for a context of so many positions. */
    long bytes(long positions) {
        long blocks = (positions + BLOCK - 1) / BLOCK;
        return blocks * blockBytes() + work(positions);
    }

    /** Bytes for reading so many positions at once, of which nothing is kept. */
    static long reading(long positions) {
        return positions * ACTIVATIONS;
    }

    /** The longest context that so many bytes hold, in positions, whole blocks; 0 when they hold none. */
    int longest(long bytes) {
        if (blockBytes() == 0) {
            return bytes >= work(facts.contextLength()) ? facts.contextLength() : 0;
        }
        long blocks = Math.max(0, (bytes - work(prefillChunk)) / blockBytes());
        return (int) Math.min(facts.contextLength(), blocks * BLOCK);
    }

    /**
     * A length that a user has chosen is honoured or refused, never cut.
     *
     * @param budget bytes of all models
     * @throws ContextTooLongException when the model was made for less, or the memory holds less
     */
    void require(String id, int asked, long budget) {
        if (asked > facts.contextLength()) {
            throw ContextTooLongException.forModel(id, asked, facts.contextLength());
        }
        PoolTicket<?> whole =
                new PoolTicket<>(id, facts.weightBytes(), OptionalLong.empty(), Share.of(""), bytes(asked));
        if (whole.bytes() <= budget && whole.bytes() + whole.work() > budget) {
            PoolFullException full = new PoolFullException(whole, budget, 0);
            throw ContextTooLongException.forMemory(asked, longest(full.room()), full);
        }
    }

    /** A model that fits, but not with the contexts asked for, is the contexts' fault. */
    Throwable explained(Throwable refused, List<Integer> contexts) {
        if (refused instanceof PoolFullException full && full.room() > 0) {
            long asked = contexts.stream().mapToLong(Integer::longValue).sum();
            return ContextTooLongException.forMemory(asked, longest(full.room()), full);
        }
        return refused;
    }

    private long blockBytes() {
        return BLOCK * facts.kvBytesPerToken(kvBits);
    }

    private long work(long positions) {
        return Math.min(positions, prefillChunk) * ACTIVATIONS + PER_LOGIT * facts.vocabularySize();
    }
}
