package io.mlxmanager.manage.conversation;

import io.mlxmanager.base.problem.InvalidInput;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.util.Map;
import java.util.Set;

/**
 * What a message has beside its text. All of it is optional:
 *
 * <ul>
 *   <li>{@code model}, {@code state} ({@code streaming}, {@code done}, {@code stopped}, {@code failed}), {@code error}
 *   <li>{@code reasoning} and {@code thinking_ms}
 *   <li>{@code tool_calls}: {@code id}, {@code name}, {@code arguments}, {@code result}
 *   <li>{@code attachments}: {@code kind} ({@code text}, {@code image}), {@code name}, {@code media_type}, {@code data},
 *       the text itself or a {@code data:} URL
 *   <li>{@code metrics}: numbers and flags, as they were shown
 * </ul>
 */
public final class MessageDetails {

    private static final int MOST_ITEMS = 100;
    private static final Set<String> TEXTS = Set.of("model", "error", "reasoning");
    private static final Set<String> STATES = Set.of("streaming", "done", "stopped", "failed");
    private static final Map<String, Set<String>> LISTS = Map.of(
            "tool_calls", Set.of("id", "name", "arguments", "result"),
            "attachments", Set.of("kind", "name", "media_type", "data"));

    private MessageDetails() {}

    /**
     * @return the same object
     * @throws InvalidInput naming the field that is not known or of another type
     */
    public static JsonObject check(JsonObject details) {
        details.forEach((field, value) -> {
            String at = "details." + field;
            if (TEXTS.contains(field)) {
                require(value instanceof JsonString, at, "must be a string");
            } else if (field.equals("state")) {
                require(
                        value instanceof JsonString text && STATES.contains(text.getString()),
                        at,
                        "must be one of streaming, done, stopped, failed");
            } else if (field.equals("thinking_ms")) {
                require(value.getValueType() == ValueType.NUMBER, at, "must be a number");
            } else if (field.equals("metrics")) {
                require(value.getValueType() == ValueType.OBJECT, at, "must be an object");
                value.asJsonObject().forEach((name, number) -> checkMetric(at + "." + name, number));
            } else if (LISTS.containsKey(field)) {
                require(value.getValueType() == ValueType.ARRAY, at, "must be an array");
                checkList(at, value.asJsonArray(), LISTS.get(field));
            } else {
                throw InvalidInput.of(at, "is not known here");
            }
        });
        return details;
    }

    private static void checkMetric(String at, JsonValue value) {
        require(
                value.getValueType() == ValueType.NUMBER
                        || value.getValueType() == ValueType.TRUE
                        || value.getValueType() == ValueType.FALSE,
                at,
                "must be a number or a boolean");
    }

    private static void checkList(String at, JsonArray items, Set<String> fields) {
        require(items.size() <= MOST_ITEMS, at, "must have at most " + MOST_ITEMS + " items");
        for (int i = 0; i < items.size(); i++) {
            String item = at + "[" + i + "]";
            require(items.get(i).getValueType() == ValueType.OBJECT, item, "must be an object");
            items.getJsonObject(i).forEach((name, value) -> {
                require(fields.contains(name), item + "." + name, "is not known here");
                require(value instanceof JsonString, item + "." + name, "must be a string");
            });
        }
    }

    private static void require(boolean fulfilled, String field, String message) {
        if (!fulfilled) {
            throw InvalidInput.of(field, message);
        }
    }
}
