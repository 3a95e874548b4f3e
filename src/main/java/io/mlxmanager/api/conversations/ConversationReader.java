package io.mlxmanager.api.conversations;

import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.manage.conversation.Message;
import io.mlxmanager.manage.conversation.MessageDetails;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what clients send of a conversation. */
final class ConversationReader {

    static final int MAX_ID = 40;
    private static final int MAX_TITLE = 200;
    private static final int MAX_SETTINGS = 32_000;
    private static final int MAX_CONTENT = 10_000_000;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,40}");

    private ConversationReader() {}

    static Optional<String> title(JsonFields body) {
        Optional<String> title = body.optionalString("title", MAX_TITLE).map(String::strip);
        if (title.isPresent() && title.get().isEmpty()) {
            body.fault("title", "must not be empty");
        }
        return title;
    }

    static Optional<JsonObject> settings(JsonFields body) {
        Optional<JsonObject> settings = body.optionalJson("settings");
        if (settings.isPresent() && settings.get().toString().length() > MAX_SETTINGS) {
            body.fault("settings", "must have at most " + MAX_SETTINGS + " characters");
        }
        return settings;
    }

    /** @param id from the path */
    static Message message(String id, JsonFields body) {
        Optional<String> parent = body.optionalString("parent", MAX_ID);
        Optional<Message.Role> role = body.optionalChoice("role", Message.Role.words(), Message.Role::ofWord);
        String content = body.requiredString("content", MAX_CONTENT);
        JsonObject details = body.optionalJson("details").orElse(JsonValue.EMPTY_JSON_OBJECT);
        if (role.isEmpty() && !body.has("role")) {
            body.fault("role", "is required");
        }
        if (!ID.matcher(id).matches()) {
            body.fault("id", "must be 1 to 40 letters, digits, - and _");
        }
        if (parent.filter(id::equals).isPresent()) {
            body.fault("parent", "must be another message");
        }
        body.end();
        return new Message(id, parent, role.orElseThrow(), content, MessageDetails.check(details), Instant.EPOCH);
    }

    /** @throws InvalidInput for a word that is no format */
    static boolean markdown(String format) {
        if (format.equals("markdown") || format.equals("json")) {
            return format.equals("markdown");
        }
        throw InvalidInput.of("format", "must be one of markdown, json");
    }
}
