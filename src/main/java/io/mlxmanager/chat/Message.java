package io.mlxmanager.chat;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One turn of a conversation.
 *
 * @param parts the content in order; empty when there is none (an assistant turn that only calls tools)
 * @param reasoning the thinking of an assistant turn, without its tags
 * @param toolCalls calls made in an assistant turn, in order
 * @param toolCallId for {@link Role#TOOL}: the call that this is the result of
 * @param name the participant's or the tool's name, if the caller gave one
 */
public record Message(
        Role role,
        List<Part> parts,
        Optional<String> reasoning,
        List<ToolCall> toolCalls,
        Optional<String> toolCallId,
        Optional<String> name) {

    public Message {
        Objects.requireNonNull(role, "role");
        parts = List.copyOf(parts);
        Objects.requireNonNull(reasoning, "reasoning");
        toolCalls = List.copyOf(toolCalls);
        Objects.requireNonNull(toolCallId, "toolCallId");
        Objects.requireNonNull(name, "name");
    }

    /** A message that is nothing but text. */
    public static Message text(Role role, String text) {
        return new Message(
                role, List.of(new Part.Text(text)), Optional.empty(), List.of(), Optional.empty(), Optional.empty());
    }

    public static Message system(String text) {
        return text(Role.SYSTEM, text);
    }

    public static Message user(String text) {
        return text(Role.USER, text);
    }

    public static Message assistant(String text) {
        return text(Role.ASSISTANT, text);
    }

    /** The result of the tool call with this id. */
    public static Message toolResult(String toolCallId, String text) {
        return new Message(
                Role.TOOL,
                List.of(new Part.Text(text)),
                Optional.empty(),
                List.of(),
                Optional.of(toolCallId),
                Optional.empty());
    }

    /** All text parts, joined by line breaks as templates that know only text expect it; pictures are left out. */
    public String text() {
        StringBuilder text = new StringBuilder();
        boolean first = true;
        for (Part part : parts) {
            if (part instanceof Part.Text piece) {
                text.append(first ? "" : "\n").append(piece.text());
                first = false;
            }
        }
        return text.toString();
    }

    /** Whether any part is a picture. */
    public boolean hasImages() {
        return parts.stream().anyMatch(Part.Image.class::isInstance);
    }
}
