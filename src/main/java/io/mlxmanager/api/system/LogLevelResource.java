package io.mlxmanager.api.system;

import io.mlxmanager.api.audit.SecurityTrail;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.log.LogLevel;
import io.mlxmanager.base.log.ServerLog;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;

/** How much the server tells in its log; until the next start. */
@Path("/system/log-level")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class LogLevelResource {

    private final ServerLog log;
    private final SecurityTrail trail;

    @Inject
    public LogLevelResource(ServerLog log, SecurityTrail trail) {
        this.log = log;
        this.trail = trail;
    }

    @GET
    @RolesAllowed("admin")
    public JsonObject level() {
        JsonArrayBuilder levels = Json.createArrayBuilder();
        LogLevel.words().forEach(levels::add);
        return Json.createObjectBuilder()
                .add("level", log.level().word())
                .add("levels", levels)
                .build();
    }

    /** Takes {@code level}; counts at once. */
    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("admin")
    public JsonObject level(JsonFields body, @Context SecurityContext security, @Context HttpServletRequest request) {
        long actor = CallerSecurityContext.caller(security).userId();
        return trail.record(request, "settings.changed", actor, "log level", () -> {
            body.requiredString("level", 20);
            LogLevel level = body.optionalChoice("level", LogLevel.words(), LogLevel::ofWord)
                    .orElse(log.level());
            body.end();
            log.level(level);
            return level();
        });
    }
}
