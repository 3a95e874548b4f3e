package io.mlxmanager.chat.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrammarReaderTest {

    private static final Vocabulary VOCABULARY = Vocabularies.small();

    private static CompiledGrammar compiled(String grammar) {
        return CompiledGrammar.of(GrammarReader.read(grammar), VOCABULARY);
    }

    @Test
    void rulesCallEachOther() {
        CompiledGrammar sums = compiled("""
                # sums in parentheses
                root ::= term (op term)*   # any number
                term ::= [0-9]{1,2}
                       | "(" root ")"
                op   ::= " + " | " - "
                """);
        assertThat(RandomWriter.accepts(sums, "1 + (22 - (3)) - 4")).isTrue();
        assertThat(RandomWriter.accepts(sums, "1 + (22 - (3) - 4")).isFalse();
        assertThat(RandomWriter.accepts(sums, "123")).isFalse();
    }

    @Test
    void literalsAndClassesHaveEscapes() {
        CompiledGrammar grammar = compiled("root ::= \"\\\"\\x41\\u00e9\\n\" [^a-z\\]]+ .? [-+]");
        assertThat(RandomWriter.accepts(grammar, "\"Aé\nXY😀-")).isTrue();
        assertThat(RandomWriter.accepts(grammar, "\"Aé\nX]-")).isTrue();
        assertThat(RandomWriter.accepts(grammar, "\"Aé\nxY-")).isFalse();
    }

    /** A stack for every parenthesis that is open, and the same text read in several ways. */
    @Test
    void ambiguityAndDepthAreFollowed() {
        CompiledGrammar grammar = compiled("root ::= \"a\" root \"x\" | \"a\" root | \"b\"");
        assertThat(RandomWriter.accepts(grammar, "a".repeat(100) + "b" + "x".repeat(40)))
                .isTrue();
        assertThat(RandomWriter.accepts(grammar, "a".repeat(10) + "b" + "x".repeat(11)))
                .isFalse();
    }

    @Test
    void tooManyReadingsAreRefusedAndDoNotFillMemory() {
        CompiledGrammar grammar = compiled("root ::= \"a\" root \"x\" | \"a\" root \"y\" | \"a\" root \"z\" | \"b\"");
        assertThatThrownBy(() -> RandomWriter.accepts(grammar, "a".repeat(40)))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("ambiguous");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "start ::= \"a\" ~ no rule \"root\"",
                "root ::= other ~ \"other\", which does not exist",
                "root = \"a\" ~ \"::=\" is missing",
                "root ::= \"a ~ '\"' is missing in line 1",
                "root ::= (\"a\" ~ ')' is missing",
                "root ::= [b-a] ~ a range that is none",
                "root ::= \"a\"{3,1} ~ bounds must rise",
                "root ::= \"a\"{x} ~ bounds such as",
                "root ::= \"\\q\" ~ unknown escape",
            })
    void whatIsWrongIsTold(String grammar, String message) {
        assertThatThrownBy(() -> GrammarReader.read(grammar))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aRuleThatBeginsWithItselfIsRefused() {
        assertThatThrownBy(() -> compiled("root ::= list\nlist ::= list \",\" \"a\" | \"a\""))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("\"list\", which begins with itself");
        assertThatThrownBy(() -> compiled("root ::= x\nx ::= none y\ny ::= x \"b\" | \"c\"\nnone ::= \"\""))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("begins with itself");
    }

    @Test
    void specialTokensAreTakenWhereTheyAreMarked() {
        Grammar grammar = Grammar.of(Form.sequence(new Form.Marker("[CALL]"), Form.text("x")));
        Matcher matcher = CompiledGrammar.of(grammar, VOCABULARY).matcher();
        int call = VOCABULARY.special("[CALL]").getAsInt();
        assertThat(matcher.allowed().few()).containsExactly(call);
        matcher.accept(call);
        assertThat(matcher.allows(1 + 'x')).isTrue();
        assertThat(matcher.allows(call)).isFalse();
    }

    /** The vocabulary lacks a byte: what needs it cannot be begun, so that nobody gets stuck in it. */
    @Test
    void whatTheVocabularyCannotWriteIsNotBegun() {
        Vocabulary letters = new Vocabulary(
                List.of(new byte[0], new byte[] {'a'}, new byte[] {'b'}, new byte[] {'a', 'c'}), Map.of(), Set.of(0));
        Matcher matcher = CompiledGrammar.of(Grammar.of(RegexReader.whole("ac|bc|ab")), letters)
                .matcher();
        assertThat(matcher.allowed().few()).containsExactly(1);
        assertThatThrownBy(() -> CompiledGrammar.of(Grammar.of(RegexReader.whole("ac")), letters))
                .isInstanceOf(GrammarException.class);
    }
}
