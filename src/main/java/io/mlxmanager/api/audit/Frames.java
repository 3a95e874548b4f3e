package io.mlxmanager.api.audit;

import io.mlxmanager.manage.audit.AuditRow;
import jakarta.json.Json;

/** The text frames of the live audit log. */
final class Frames {

    static final String PING = "{\"type\":\"ping\"}";

    private Frames() {}

    static String log(AuditRow row) {
        return Json.createObjectBuilder()
                .add("type", "log")
                .add("data", new AuditView(row).toJson())
                .build()
                .toString();
    }

    /** Tells a reader who was too slow how many rows are not coming. */
    static String missed(long rows) {
        return "{\"type\":\"missed\",\"count\":" + rows + "}";
    }
}
