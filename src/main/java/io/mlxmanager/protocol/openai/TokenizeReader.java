package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.protocol.Fields;
import io.mlxmanager.protocol.ProtocolException;
import jakarta.json.JsonObject;
import java.util.List;

/** Reads the bodies of {@code POST /v1/tokenize} and {@code /v1/detokenize}. Stateless and thread-safe. */
public final class TokenizeReader {

    /** What is to be turned into tokens. */
    public sealed interface Request {

        String model();

        /** @param whole whether the tokens are wanted that the tokenizer puts around a text of its own */
        record Text(String model, String text, boolean whole) implements Request {}

        record Conversation(ChatRequest chat) implements Request {
            @Override
            public String model() {
                return chat.model();
            }
        }
    }

    /** Token ids to be turned into text. */
    public record Tokens(String model, List<Integer> ids) {
        public Tokens {
            ids = List.copyOf(ids);
        }
    }

    private final ChatCompletionReader chats = new ChatCompletionReader();

    /** @throws ProtocolException naming the field that is wrong */
    public Request read(String body) {
        Fields fields = Fields.parse(body);
        JsonObject object = fields.object();
        if (object.containsKey("messages")) {
            return new Request.Conversation(chats.read(object).chat());
        }
        String text = fields.string("prompt")
                .or(() -> fields.string("text"))
                .orElseThrow(() -> fields.missing("prompt"));
        return new Request.Text(ModelName.read(fields), text, fields.bool("add_special_tokens", true));
    }

    /** @throws ProtocolException naming the field that is wrong */
    public Tokens readTokens(String body) {
        Fields fields = Fields.parse(body);
        if (fields.value("tokens").isEmpty()) {
            throw fields.missing("tokens");
        }
        return new Tokens(
                ModelName.read(fields),
                CompletionReader.tokens("tokens", fields.list("tokens", CompletionReader.MOST_TOKENS_OF_A_PROMPT))
                        .ids());
    }
}
