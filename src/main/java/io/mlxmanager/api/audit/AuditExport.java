package io.mlxmanager.api.audit;

import io.mlxmanager.manage.audit.AuditRow;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The two forms in which rows leave as a file. */
enum AuditExport {
    /** One JSON object a line. */
    JSONL("application/x-ndjson", "") {
        @Override
        String line(AuditRow row) {
            return new AuditView(row).toJson() + "\n";
        }
    },

    /** RFC 4180 with a header; cells that a spreadsheet would take for a formula begin with an apostrophe. */
    CSV("text/csv", String.join(",", Columns.NAMES) + "\r\n") {
        @Override
        String line(AuditRow row) {
            JsonObject json = new AuditView(row).toJson();
            return Columns.NAMES.stream()
                    .map(column -> cell(text(json.get(column))))
                    .collect(Collectors.joining(",", "", "\r\n"));
        }
    };

    /** Apart, because constants of an enum are made before its other static fields. */
    private static final class Columns {
        /** The first twelve are where readers of earlier exports expect them. */
        private static final List<String> NAMES = List.of(
                "timestamp",
                "request_id",
                "model",
                "backend_type",
                "endpoint",
                "duration_ms",
                "status",
                "prompt_tokens",
                "completion_tokens",
                "total_tokens",
                "error_type",
                "error_message",
                "id",
                "kind",
                "user_id",
                "key_id",
                "client_address",
                "profile",
                "subject",
                "finish_reason",
                "cached_tokens",
                "queue_ms",
                "first_token_ms");
    }

    private final String mediaType;
    private final String header;

    AuditExport(String mediaType, String header) {
        this.mediaType = mediaType;
        this.header = header;
    }

    static Optional<AuditExport> ofWord(String word) {
        return Arrays.stream(values()).filter(form -> form.word().equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(AuditExport::word).toList();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String mediaType() {
        return mediaType;
    }

    String header() {
        return header;
    }

    abstract String line(AuditRow row);

    private static String text(JsonValue value) {
        if (value == null || value == JsonValue.NULL) {
            return "";
        }
        return value instanceof JsonString string ? string.getString() : value.toString();
    }

    private static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
