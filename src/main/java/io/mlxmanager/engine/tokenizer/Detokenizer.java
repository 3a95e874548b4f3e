package io.mlxmanager.engine.tokenizer;

import java.util.Arrays;

/**
 * Turns the tokens of one answer into text as they come. Text is given out only when its last character is complete, so
 * that characters split over tokens arrive whole. Each token decodes only a short window. Confined to one thread.
 */
public final class Detokenizer {

    private static final char INCOMPLETE = '\uFFFD';
    /** No character takes more tokens than this; what is incomplete for longer is wrong, and is given out as it is. */
    private static final int LONGEST_CHARACTER = 16;

    private final Tokenizer tokenizer;
    private int[] ids = new int[64];
    private int count;
    /** Start of the window: tokens before the new ones, which decide about spaces. */
    private int windowStart;
    /** First token whose text was not given out. */
    private int pendingStart;

    public Detokenizer(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** The text that this token completes; empty while a character is incomplete. */
    public String add(int id) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
        }
        ids[count++] = id;
        String known = tokenizer.decode(ids, windowStart, pendingStart);
        String all = tokenizer.decode(ids, windowStart, count);
        boolean incomplete = !all.isEmpty() && all.charAt(all.length() - 1) == INCOMPLETE;
        if (incomplete && count - pendingStart < LONGEST_CHARACTER) {
            return "";
        }
        return giveOut(known, all);
    }

    /** What was held back at the end. */
    public String finish() {
        if (pendingStart == count) {
            return "";
        }
        return giveOut(tokenizer.decode(ids, windowStart, pendingStart), tokenizer.decode(ids, windowStart, count));
    }

    private String giveOut(String known, String all) {
        windowStart = pendingStart;
        pendingStart = count;
        return all.length() > known.length() ? all.substring(known.length()) : "";
    }
}
