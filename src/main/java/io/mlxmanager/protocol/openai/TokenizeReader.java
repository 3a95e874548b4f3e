package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.protocol.Fields;
import io.mlxmanager.protocol.ProtocolException;
import io.mlxmanager.protocol.ProtocolException.Code;
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

    /** @throws ProtocolException naming the field that is wrong or that nobody knows */
    public Request read(String body) {
        Fields fields = Fields.parse(body);
        JsonObject object = fields.object();
        if (object.containsKey("messages")) {
            ChatCompletionRequest request = chats.read(object);
            refuse(request.ignored());
            return new Request.Conversation(request.chat());
        }
        String text =
                fields.string("prompt").or(() -> fields.string("text")).orElseThrow(() -> fields.missing("prompt"));
        Request request = new Request.Text(ModelName.read(fields), text, fields.bool("add_special_tokens", true));
        refuse(fields.unknown());
        return request;
    }

    /** @throws ProtocolException naming the field that is wrong or that nobody knows */
    public Tokens readTokens(String body) {
        Fields fields = Fields.parse(body);
        if (fields.value("tokens").isEmpty()) {
            throw fields.missing("tokens");
        }
        Tokens tokens = new Tokens(
                ModelName.read(fields),
                CompletionReader.tokens("tokens", fields.list("tokens", CompletionReader.MOST_TOKENS_OF_A_PROMPT))
                        .ids());
        refuse(fields.unknown());
        return tokens;
    }

    /** Tokens are all that is asked for, so a field without effect would be a mistake. */
    private static void refuse(List<String> unknown) {
        if (!unknown.isEmpty()) {
            String field = unknown.get(0);
            throw new ProtocolException(Code.UNKNOWN_PARAMETER, field, field + " is not known here.");
        }
    }
}
