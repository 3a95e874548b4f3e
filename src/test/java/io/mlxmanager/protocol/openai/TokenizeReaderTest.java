package io.mlxmanager.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.protocol.ProtocolException;
import io.mlxmanager.protocol.openai.TokenizeReader.Request;
import io.mlxmanager.protocol.openai.TokenizeReader.Tokens;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizeReaderTest {

    private final TokenizeReader reader = new TokenizeReader();

    @Test
    void readsTextsUnderEitherName() {
        assertThat(reader.read("{\"model\":\"m\",\"prompt\":\"a\"}")).isEqualTo(new Request.Text("m", "a", true));
        assertThat(reader.read("{\"model\":\"m\",\"text\":\"a\",\"add_special_tokens\":false}"))
                .isEqualTo(new Request.Text("m", "a", false));
    }

    @Test
    void readsConversationsAsChatsDo() {
        Request request =
                reader.read("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[]}");
        assertThat(request).isInstanceOf(Request.Conversation.class);
        assertThat(request.model()).isEqualTo("m");
    }

    @Test
    void readsTokens() {
        assertThat(reader.readTokens("{\"model\":\"m\",\"tokens\":[1,2]}")).isEqualTo(new Tokens("m", List.of(1, 2)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"prompt\":\"a\"}|model",
                "{\"model\":\"m\"}|prompt",
                "{\"model\":\"m\",\"prompt\":\"a\",\"return_token_strs\":true}|return_token_strs",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"made_up\":1}|made_up",
                "{\"model\":\"m\",\"messages\":[]}|messages"
            })
    void refusesByName(String body, String param) {
        ProtocolException refused = catchThrowableOfType(ProtocolException.class, () -> reader.read(body));
        assertThat(refused.param()).contains(param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"model\":\"m\"}|tokens",
                "{\"model\":\"m\",\"tokens\":[1,\"a\"]}|tokens[1]",
                "{\"model\":\"m\",\"tokens\":[1],\"skip\":1}|skip"
            })
    void refusesTokensByName(String body, String param) {
        ProtocolException refused = catchThrowableOfType(ProtocolException.class, () -> reader.readTokens(body));
        assertThat(refused.param()).contains(param);
    }
}
