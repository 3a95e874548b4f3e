package io.mlxmanager.chat.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Feeds a text to a parser cut in many ways and demands the same answer each time. */
public final class Cuts {

    private static final int SHORT = 12;
    private static final int RANDOM_CUTS = 50;

    private Cuts() {}

    /** The answer, the same for every way of cutting. */
    public static ChatResult everyWay(Supplier<StreamParser> parsers, String text) {
        ChatResult whole = run(parsers.get(), List.of(text));
        check(parsers, text, everyCharacter(text), whole, "one character at a time");
        for (int i = 1; i < text.length(); i++) {
            check(parsers, text, List.of(text.substring(0, i), text.substring(i)), whole, "cut at " + i);
        }
        if (text.length() <= SHORT) {
            for (int mask = 0; mask < 1 << Math.max(0, text.length() - 1); mask++) {
                check(parsers, text, byMask(text, mask), whole, "mask " + mask);
            }
        }
        long seed = 20260704L + text.hashCode();
        Random random = new Random(seed);
        for (int i = 0; i < RANDOM_CUTS; i++) {
            check(parsers, text, atRandom(text, random), whole, "seed " + seed + ", round " + i);
        }
        return whole;
    }

    public static ChatResult run(StreamParser parser, List<String> pieces) {
        ChatResult.Collector collector = new ChatResult.Collector();
        for (String piece : pieces) {
            parser.accept(piece).forEach(collector::accept);
        }
        parser.finish().forEach(collector::accept);
        collector.accept(new StreamEvent.Finished(FinishReason.STOP, Usage.NONE));
        return collector.result();
    }

    private static void check(
            Supplier<StreamParser> parsers, String text, List<String> pieces, ChatResult whole, String how) {
        ChatResult result = run(parsers.get(), pieces);
        if (!result.equals(whole)) {
            assertThat(result).as("%s of <%s>", how, text).isEqualTo(whole);
        }
    }

    private static List<String> everyCharacter(String text) {
        return text.chars().mapToObj(Character::toString).toList();
    }

    private static List<String> byMask(String text, int mask) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        for (int i = 1; i < text.length(); i++) {
            if ((mask & 1 << (i - 1)) != 0) {
                pieces.add(text.substring(from, i));
                from = i;
            }
        }
        pieces.add(text.substring(from));
        return pieces;
    }

    private static List<String> atRandom(String text, Random random) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + random.nextInt(8));
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }
}
