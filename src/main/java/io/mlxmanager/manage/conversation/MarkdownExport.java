package io.mlxmanager.manage.conversation;

import jakarta.json.JsonObject;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Writes the shown branch of a conversation as a Markdown document. Stateless. */
public final class MarkdownExport {

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private MarkdownExport() {}

    public static String of(ConversationText conversation) {
        StringBuilder out = new StringBuilder();
        out.append("# ").append(conversation.summary().title()).append("\n\n");
        out.append("*").append(DAY.format(conversation.summary().createdAt())).append("*\n");
        String system = conversation.settings().getString("system", "").strip();
        if (!system.isEmpty()) {
            out.append("\n## System prompt\n\n").append(system).append('\n');
        }
        conversation.path(conversation.leaf()).forEach(message -> write(out, message));
        return out.toString();
    }

    private static void write(StringBuilder out, Message message) {
        JsonObject details = message.details();
        boolean user = message.role() == Message.Role.USER;
        out.append("\n## ")
                .append(user ? "You" : details.getString("model", "Assistant"))
                .append("\n");
        String reasoning = details.getString("reasoning", "").strip();
        if (!reasoning.isEmpty()) {
            out.append("\n<details>\n<summary>Thinking</summary>\n\n")
                    .append(reasoning)
                    .append("\n\n</details>\n");
        }
        if (!message.content().isBlank()) {
            out.append('\n').append(message.content().strip()).append('\n');
        }
        objects(details, "tool_calls").forEach(call -> {
            out.append("\nTool `")
                    .append(call.getString("name", "tool").replace("`", ""))
                    .append("`:\n");
            fenced(out, "json", call.getString("arguments", ""));
            fenced(out, "", call.getString("result", ""));
        });
        objects(details, "attachments").forEach(file -> {
            out.append("\nFile `")
                    .append(file.getString("name", "file").replace("`", ""))
                    .append("`\n");
            if (file.getString("kind", "").equals("text")) {
                fenced(out, "", file.getString("data", ""));
            }
        });
        if (details.getString("state", "").equals("stopped")) {
            out.append("\n*(stopped)*\n");
        }
        String error = details.getString("error", "");
        if (!error.isEmpty()) {
            out.append("\n*(failed: ").append(error).append(")*\n");
        }
    }

    /** With a fence longer than any inside. */
    private static void fenced(StringBuilder out, String language, String text) {
        String fence = "```";
        while (text.contains(fence)) {
            fence += "`";
        }
        out.append('\n').append(fence).append(language).append('\n').append(text.stripTrailing());
        out.append('\n').append(fence).append('\n');
    }

    private static List<JsonObject> objects(JsonObject details, String field) {
        return details.containsKey(field) ? details.getJsonArray(field).getValuesAs(JsonObject.class) : List.of();
    }
}
