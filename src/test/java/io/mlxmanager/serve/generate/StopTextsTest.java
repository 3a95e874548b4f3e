package io.mlxmanager.serve.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopTextsTest {

    @Test
    void endsAtTheFirstStopText() {
        assertThat(run("one two three", List.of("three", "two"), 4)).isEqualTo("one ");
    }

    @Test
    void givesOutWhatOnlyLookedLikeAStart() {
        assertThat(run("abcabx", List.of("abcabc"), 1)).isEqualTo("abcabx");
    }

    @Test
    void withoutStopTextsEverythingPasses() {
        assertThat(run("anything", List.of(), 3)).isEqualTo("anything");
    }

    @Test
    void givesOutTextThatCannotBeAStartAtOnce() {
        StopTexts stops = new StopTexts(List.of("END"));
        assertThat(stops.accept("hello E")).isEqualTo("hello ");
        assertThat(stops.accept("x")).isEqualTo("Ex");
        assertThat(stops.hit()).isFalse();
    }

    @Test
    void cutsAnywhereGiveTheSameResult() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            String text = word(random, 30);
            List<String> stops = List.of(word(random, 3), word(random, 4));
            String whole = run(text, stops, text.length() + 1);
            StringBuilder pieces = new StringBuilder();
            StopTexts parser = new StopTexts(stops);
            for (int at = 0; at < text.length(); ) {
                int next = Math.min(text.length(), at + 1 + random.nextInt(3));
                pieces.append(parser.accept(text.substring(at, next)));
                at = next;
            }
            pieces.append(parser.finish());
            assertThat(pieces.toString()).as("seed %d", seed).isEqualTo(whole);
            assertThat(whole).as("seed %d", seed).isEqualTo(cutAtFirst(text, stops));
        }
    }

    /** Written the slow way: the first prefix that ends in a stop text, without the longest stop text it ends in. */
    private static String cutAtFirst(String text, List<String> stops) {
        for (int end = 1; end <= text.length(); end++) {
            String prefix = text.substring(0, end);
            int longest = stops.stream()
                    .filter(prefix::endsWith)
                    .mapToInt(String::length)
                    .max()
                    .orElse(0);
            if (longest > 0) {
                return prefix.substring(0, end - longest);
            }
        }
        return text;
    }

    private static String word(Random random, int length) {
        StringBuilder word = new StringBuilder();
        int size = 1 + random.nextInt(length);
        for (int i = 0; i < size; i++) {
            word.append((char) ('a' + random.nextInt(3)));
        }
        return word.toString();
    }

    private static String run(String text, List<String> stops, int step) {
        StopTexts parser = new StopTexts(stops);
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < text.length(); at += step) {
            out.append(parser.accept(text.substring(at, Math.min(text.length(), at + step))));
        }
        return out.append(parser.finish()).toString();
    }
}
