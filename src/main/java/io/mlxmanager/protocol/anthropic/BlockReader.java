package io.mlxmanager.protocol.anthropic;

import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Part;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.ToolCall;
import io.mlxmanager.protocol.Fields;
import jakarta.json.Json;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the content blocks of messages. Stateless and thread-safe. */
final class BlockReader {

    private static final int MOST_BLOCKS = 1024;

    /** A user's turn: results of tools come first, each a message of its own, as templates want them. */
    void user(Fields message, List<Message> conversation) {
        List<Part> parts = new ArrayList<>();
        for (Fields block : blocks(message)) {
            String type = block.requiredString("type");
            switch (type) {
                case "text" -> parts.add(text(block));
                case "image" -> parts.add(image(block));
                case "tool_result" -> conversation.add(toolResult(block));
                default -> throw block.unsupportedValue("type", "\"" + type + "\"", "text, image, tool_result");
            }
        }
        if (!parts.isEmpty()) {
            conversation.add(message(Role.USER, parts, Optional.empty(), List.of()));
        }
    }

    /** Instructions in the middle of a conversation. */
    void system(Fields message, List<Message> conversation) {
        List<Part> parts = new ArrayList<>();
        for (Fields block : blocks(message)) {
            String type = block.requiredString("type");
            if (!type.equals("text")) {
                throw block.unsupportedValue("type", "\"" + type + "\"", "text");
            }
            parts.add(text(block));
        }
        conversation.add(message(Role.SYSTEM, parts, Optional.empty(), List.of()));
    }

    /** An assistant's turn: text, thinking and calls keep their order among themselves. */
    void assistant(Fields message, List<Message> conversation) {
        List<Part> parts = new ArrayList<>();
        List<ToolCall> calls = new ArrayList<>();
        StringBuilder thinking = new StringBuilder();
        for (Fields block : blocks(message)) {
            String type = block.requiredString("type");
            switch (type) {
                case "text" -> parts.add(text(block));
                case "thinking" ->
                    thinking.append(block.string("thinking").orElseThrow(() -> block.missing("thinking")));
                // Encrypted by and for another server; there is nothing in it to read.
                case "redacted_thinking" -> block.accept("data");
                case "tool_use" -> calls.add(toolUse(block));
                default ->
                    throw block.unsupportedValue(
                            "type", "\"" + type + "\"", "text, thinking, redacted_thinking, tool_use");
            }
        }
        Optional<String> reasoning = thinking.isEmpty() ? Optional.empty() : Optional.of(thinking.toString());
        conversation.add(message(Role.ASSISTANT, parts, reasoning, calls));
    }

    private static Message message(Role role, List<Part> parts, Optional<String> reasoning, List<ToolCall> calls) {
        return new Message(role, parts, reasoning, calls, Optional.empty(), Optional.empty());
    }

    /** The blocks of {@code content}; a bare string counts as one block of text. */
    private static List<Fields> blocks(Fields message) {
        JsonValue content = message.value("content").orElseThrow(() -> message.missing("content"));
        List<Fields> blocks = new ArrayList<>();
        if (content instanceof JsonString text) {
            blocks.add(new Fields(
                    Json.createObjectBuilder()
                            .add("type", "text")
                            .add("text", text)
                            .build(),
                    message.path("content")));
            return blocks;
        }
        for (JsonValue value : message.list("content", MOST_BLOCKS)) {
            blocks.add(Fields.of(value, message.path("content") + "[" + blocks.size() + "]"));
        }
        return blocks;
    }

    private static Part text(Fields block) {
        return new Part.Text(block.string("text").orElseThrow(() -> block.missing("text")));
    }

    private static Part image(Fields block) {
        Fields source = block.fields("source").orElseThrow(() -> block.missing("source"));
        String type = source.requiredString("type");
        return switch (type) {
            case "base64" ->
                new Part.Image(
                        new Part.InlineImage(source.requiredString("media_type"), source.requiredString("data")));
            case "url" -> new Part.Image(new Part.RemoteImage(uri(source)));
            default -> throw source.unsupportedValue("type", "\"" + type + "\"", "base64, url");
        };
    }

    private static URI uri(Fields source) {
        try {
            return new URI(source.requiredString("url"));
        } catch (URISyntaxException e) {
            throw source.invalid("url", "is not a URL.");
        }
    }

    private static ToolCall toolUse(Fields block) {
        String input = block.fields("input")
                .orElseThrow(() -> block.missing("input"))
                .object()
                .toString();
        return new ToolCall(block.requiredString("id"), block.requiredString("name"), input);
    }

    private static Message toolResult(Fields block) {
        String id = block.requiredString("tool_use_id");
        boolean failed = block.bool("is_error", false);
        List<Part> parts = new ArrayList<>();
        if (block.value("content").isPresent()) {
            for (Fields part : blocks(block)) {
                String type = part.requiredString("type");
                switch (type) {
                    case "text" -> parts.add(text(part));
                    case "image" -> parts.add(image(part));
                    default -> throw part.unsupportedValue("type", "\"" + type + "\"", "text, image");
                }
            }
        }
        if (failed) {
            // Templates know no failed result; the model has to read that it failed.
            parts.add(0, new Part.Text("Error:"));
        }
        return new Message(Role.TOOL, parts, Optional.empty(), List.of(), Optional.of(id), Optional.empty());
    }
}
