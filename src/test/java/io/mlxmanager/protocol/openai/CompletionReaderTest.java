package io.mlxmanager.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.chat.Choices;
import io.mlxmanager.chat.Prompt;
import io.mlxmanager.protocol.ProtocolException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionReaderTest {

    private static CompletionRequest read(String fields) {
        return new CompletionReader().read("{\"model\":\"m\"," + fields + "}");
    }

    private static List<Prompt> prompts(String prompt) {
        return read("\"prompt\":" + prompt).text().prompts();
    }

    @Test
    void readsEveryFormOfAPrompt() {
        assertThat(prompts("\"a\"")).containsExactly(new Prompt.Text("a"));
        assertThat(prompts("\"\"")).containsExactly(new Prompt.Text(""));
        assertThat(prompts("[\"a\",\"b\"]")).containsExactly(new Prompt.Text("a"), new Prompt.Text("b"));
        assertThat(prompts("[1,2]")).containsExactly(new Prompt.Tokens(List.of(1, 2)));
        assertThat(prompts("[[1,2],[3]]"))
                .containsExactly(new Prompt.Tokens(List.of(1, 2)), new Prompt.Tokens(List.of(3)));
    }

    @Test
    void whatIsNotSaidIsWhatTheProtocolDocuments() {
        CompletionRequest request = read("\"prompt\":\"a\"");
        assertThat(request.text().maxTokens()).isEqualTo(OptionalInt.of(16));
        assertThat(request.text().choices()).isEqualTo(Choices.ONE);
        assertThat(request.text().echo()).isFalse();
        assertThat(request.logprobs()).isFalse();
        assertThat(request.ignored()).isEmpty();
    }

    @Test
    void theBestOfSeveralNeedsLikelihoodsThatAreNotGivenOut() {
        CompletionRequest request = read("\"prompt\":\"a\",\"n\":2,\"best_of\":5");
        assertThat(request.text().choices()).isEqualTo(new Choices(5, OptionalInt.of(0)));
        assertThat(request.count()).isEqualTo(2);
        assertThat(request.logprobs()).isFalse();
    }

    @Test
    void anAnswerCanBeKeptToAForm() {
        assertThat(read("\"prompt\":\"a\",\"guided_choice\":[\"yes\",\"no\"]")
                        .text()
                        .form())
                .isPresent();
        assertThat(read("\"prompt\":\"a\"").text().form()).isEmpty();
    }

    @Test
    void likelihoodsOfThePromptAloneCanBeAskedFor() {
        CompletionRequest request = read("\"prompt\":\"a\",\"echo\":true,\"max_tokens\":0,\"logprobs\":3");
        assertThat(request.text().maxTokens()).isEqualTo(OptionalInt.of(0));
        assertThat(request.text().echo()).isTrue();
        assertThat(request.text().choices().topLogprobs()).isEqualTo(OptionalInt.of(3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"stream\":true|prompt",
                "\"prompt\":[]|prompt",
                "\"prompt\":7|prompt",
                "\"prompt\":[1,\"a\"]|prompt[1]",
                "\"prompt\":[\"a\",{}]|prompt[1]",
                "\"prompt\":\"a\",\"suffix\":\"b\"|suffix",
                "\"prompt\":\"a\",\"n\":3,\"best_of\":2|best_of",
                "\"prompt\":\"a\",\"best_of\":2,\"stream\":true|best_of",
                "\"prompt\":\"a\",\"logprobs\":21|logprobs",
                "\"prompt\":\"a\",\"logprobs\":true|logprobs",
                "\"prompt\":[\"a\",\"b\"],\"n\":100|prompt",
                "\"prompt\":\"a\",\"max_tokens\":-1|max_tokens"
            })
    void refusesByName(String fields, String param) {
        ProtocolException refused = catchThrowableOfType(ProtocolException.class, () -> read(fields));
        assertThat(refused.param()).contains(param);
    }
}
