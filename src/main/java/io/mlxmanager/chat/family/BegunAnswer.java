package io.mlxmanager.chat.family;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.constraint.GrammarException;
import io.mlxmanager.chat.parse.ThinkTag;
import java.util.List;
import java.util.Optional;

/**
 * An answer whose beginning the caller has written: a conversation that ends with words of the assistant is one that the
 * model goes on with, as in Anthropic's protocol. The answer then holds what follows. Pure.
 *
 * @param asked the conversation before it
 * @param message the beginning
 */
record BegunAnswer(ChatRequest asked, Message message) {

    /** Where gpt-oss writes what is for the reader. */
    private static final String FINAL_CHANNEL = "<|channel|>final<|message|>";

    /** The beginning that a conversation ends with, if it does and there is something before it to answer. */
    static Optional<BegunAnswer> of(ChatRequest request) {
        List<Message> messages = request.messages();
        Message last = messages.get(messages.size() - 1);
        boolean begun = messages.size() > 1
                && last.role() == Role.ASSISTANT
                && last.toolCalls().isEmpty()
                && !last.text().isBlank();
        return begun
                ? Optional.of(new BegunAnswer(request.withMessages(messages.subList(0, messages.size() - 1)), last))
                : Optional.empty();
    }

    /**
     * The prompt that ends with the beginning.
     *
     * @param prompt of the conversation before it
     */
    String after(String prompt, Dialect dialect) {
        if (dialect.tools() == ToolSyntax.HARMONY) {
            return prompt + FINAL_CHANNEL + message.text();
        }
        for (ThinkTag tag : dialect.thinkTags()) {
            if (tag.isLeftOpenBy(prompt)) {
                return prompt + "\n" + message.reasoning().orElse("") + "\n" + tag.close() + "\n\n" + message.text();
            }
        }
        return prompt + message.text();
    }

    /** Why it cannot be kept to a form: that is one of a whole answer. */
    static GrammarException formRefused() {
        return new GrammarException(
                GrammarException.Kind.UNSUPPORTED,
                "messages",
                "an answer that is begun already cannot be kept to a form or to calls");
    }
}
