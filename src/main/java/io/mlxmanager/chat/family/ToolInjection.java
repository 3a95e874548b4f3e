package io.mlxmanager.chat.family;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Part;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.chat.parse.CallForm;
import io.mlxmanager.chat.parse.CallForms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tools for models whose template knows none: they are described in the system message, calls are asked for in the syntax of
 * {@link ToolSyntax#HERMES}, which most models have seen, and results come back as a message of the user.
 */
final class ToolInjection {

    private static final CallForm TOOL_CODE = CallForm.after("```tool_code", CallForms.python("```tool_code", "```"));

    private ToolInjection() {}

    /** How models answer: as they were asked to, as Gemma is used to, or as their template shows after all. */
    static List<CallForm> formsWith(ToolSyntax shown) {
        List<CallForm> forms = new ArrayList<>(ToolSyntax.HERMES.forms());
        forms.add(TOOL_CODE);
        if (shown != ToolSyntax.HERMES) {
            forms.addAll(shown.forms());
        }
        return forms;
    }

    /** The same conversation in words alone; where two messages of the user would follow each other, they are one. */
    static ChatRequest apply(ChatRequest request) {
        List<Message> messages = new ArrayList<>();
        boolean afterResult = false;
        for (Message message : CallText.inText(request, ToolSyntax.HERMES).messages()) {
            boolean result = message.role() == Role.TOOL;
            boolean follows = result || (afterResult && message.role() == Role.USER);
            Message next = result ? result(message) : message;
            if (follows
                    && !messages.isEmpty()
                    && messages.get(messages.size() - 1).role() == Role.USER) {
                messages.add(joined(messages.remove(messages.size() - 1), next));
            } else {
                messages.add(next);
            }
            afterResult = follows;
        }
        if (!request.offeredTools().isEmpty()) {
            describe(request, messages);
        }
        return request.withMessages(messages).withTools(List.of(), request.toolChoice());
    }

    private static void describe(ChatRequest request, List<Message> messages) {
        Message description = Message.system(description(request));
        Role first = messages.get(0).role();
        if (first == Role.SYSTEM || first == Role.DEVELOPER) {
            messages.set(0, joined(messages.get(0), description));
        } else {
            messages.add(0, description);
        }
    }

    private static String description(ChatRequest request) {
        String tools = request.offeredTools().stream()
                .map(tool -> tool.raw().get("function").toString())
                .collect(Collectors.joining("\n"));
        return "You can call these functions:\n<tools>\n" + tools + "\n</tools>\n\n"
                + "To call one, write this and nothing after it, with arguments that fit its parameters:\n"
                + "<tool_call>\n{\"name\": \"the function\", \"arguments\": {\"a parameter\": \"its value\"}}\n</tool_call>\n"
                + "Several calls are several such blocks. You will then be given each result in a <tool_response> block. "
                + demand(request.toolChoice());
    }

    private static String demand(ToolChoice choice) {
        if (choice instanceof ToolChoice.Named named) {
            return "Call the function " + named.name() + " now.";
        }
        return choice instanceof ToolChoice.Required
                ? "Call at least one of them now."
                : "Where no function is needed, answer as usual.";
    }

    private static Message result(Message message) {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part.Text("<tool_response>\n" + message.text() + "\n</tool_response>"));
        message.parts().stream().filter(Part.Image.class::isInstance).forEach(parts::add);
        return new Message(Role.USER, parts, Optional.empty(), List.of(), Optional.empty(), Optional.empty());
    }

    static Message joined(Message first, Message second) {
        List<Part> parts = new ArrayList<>(first.parts());
        parts.addAll(second.parts());
        return new Message(first.role(), parts, first.reasoning(), first.toolCalls(), first.toolCallId(), first.name());
    }
}
