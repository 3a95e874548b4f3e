package io.mlxmanager.chat.family;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Part;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.template.ChatTemplate;
import io.mlxmanager.chat.template.PromptVariables;
import io.mlxmanager.chat.template.TemplateException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Instructions for models whose template has no place for them, such as Gemma 2: they open the first message of the user. */
final class SystemInUser {

    private static final String TRIAL = "a94a8fe5ccb19ba6";

    private SystemInUser() {}

    /** Whether a template refuses instructions or leaves them out; one that fails at anything does neither. */
    static boolean isNeededBy(ChatTemplate template, PromptVariables variables) {
        Message user = Message.user("Hi");
        return !renders(template, variables, List.of(Message.system(TRIAL), user), TRIAL)
                && renders(template, variables, List.of(user), "Hi");
    }

    private static boolean renders(
            ChatTemplate template, PromptVariables variables, List<Message> messages, String text) {
        try {
            return template.render(variables.of(ChatRequest.of("", messages)), Clock.systemUTC())
                    .contains(text);
        } catch (TemplateException refused) {
            return false;
        }
    }

    /** Moves instructions into the message of the user that follows them. */
    static ChatRequest apply(ChatRequest request) {
        List<Message> messages = new ArrayList<>();
        List<Part> instructions = new ArrayList<>();
        for (Message message : request.messages()) {
            if (message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER) {
                instructions.addAll(message.parts());
            } else if (message.role() == Role.USER && !instructions.isEmpty()) {
                instructions.add(new Part.Text(""));
                messages.add(ToolInjection.joined(withParts(message, instructions), message));
                instructions = new ArrayList<>();
            } else {
                messages.add(message);
            }
        }
        if (!instructions.isEmpty()) {
            messages.add(withParts(Message.user(""), instructions));
        }
        return request.withMessages(messages);
    }

    private static Message withParts(Message message, List<Part> parts) {
        return new Message(
                message.role(), parts, message.reasoning(), message.toolCalls(), message.toolCallId(), message.name());
    }
}
