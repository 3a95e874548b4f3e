package io.mlxmanager.api.audit;

import io.mlxmanager.api.body.QueryFields;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.api.security.QueryTokenAllowed;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.audit.AuditFilter;
import io.mlxmanager.manage.audit.AuditHistory;
import io.mlxmanager.manage.audit.AuditKind;
import io.mlxmanager.manage.audit.AuditLog;
import io.mlxmanager.manage.audit.AuditQuery;
import io.mlxmanager.manage.audit.AuditRow;
import io.mlxmanager.manage.audit.AuditStats;
import io.mlxmanager.manage.audit.AuditVerification;
import io.mlxmanager.serve.threads.ServerThreads;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;

/** The audit log by query; which parameters there are stands in {@link AuditRequest}. */
@Path("/system/audit-logs")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class AuditLogResource {

    private final AuditLog log;
    private final AuditHistory history;
    private final ServerThreads threads;

    @Inject
    public AuditLogResource(AuditLog log, AuditHistory history, ServerThreads threads) {
        this.log = log;
        this.history = history;
        this.threads = threads;
    }

    /** Rows, newest first. */
    @GET
    @Authenticated
    public JsonArray find(@Context UriInfo uri, @Context SecurityContext security) {
        AuditQuery page = AuditRequest.page(uri.getQueryParameters(), CallerSecurityContext.caller(security));
        JsonArrayBuilder rows = Json.createArrayBuilder();
        log.find(page).forEach(row -> rows.add(new AuditView(row).toJson()));
        return rows.build();
    }

    /** Requests in numbers, over the same filters; security events are not requests. */
    @GET
    @Path("/stats")
    @Authenticated
    public JsonObject stats(@Context UriInfo uri, @Context SecurityContext security) {
        AuditFilter filter = AuditRequest.filter(uri.getQueryParameters(), CallerSecurityContext.caller(security));
        AuditStats stats = log.stats(filter.only(AuditKind.INFERENCE));
        return Json.createObjectBuilder()
                .add("total_requests", stats.requests())
                .add("by_status", counts(stats.byStatus()))
                .add("by_backend", counts(stats.byBackend()))
                .add("unique_models", stats.models())
                .add("prompt_tokens", stats.promptTokens())
                .add("completion_tokens", stats.completionTokens())
                .build();
    }

    /** All rows of the filter as a file, newest first, written page by page as they are read. */
    @GET
    @Path("/export")
    @Produces(MediaType.WILDCARD)
    @Authenticated
    @QueryTokenAllowed
    public void export(@Context UriInfo uri, @Context SecurityContext security, @Suspended AsyncResponse response) {
        QueryFields query = new QueryFields(uri.getQueryParameters());
        AuditExport form =
                query.choice("format", AuditExport.words(), AuditExport::ofWord).orElse(AuditExport.JSONL);
        query.end();
        AuditFilter filter = AuditRequest.filter(uri.getQueryParameters(), CallerSecurityContext.caller(security));
        StreamingOutput body = out -> write(form, filter, out);
        Response file = Response.ok(body, form.mediaType() + ";charset=UTF-8")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"audit-logs." + form.word() + "\"")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
        try {
            threads.run(() -> response.resume(file));
        } catch (RejectedExecutionException e) {
            throw Problem.unavailable("Too many requests are running", e);
        }
    }

    /** Looks at the whole chain and names the first row that is not as it was written. */
    @GET
    @Path("/verify")
    @RolesAllowed({"admin", "auditor"})
    public JsonObject verify() {
        AuditVerification result = history.verify();
        JsonObjectBuilder json =
                Json.createObjectBuilder().add("intact", result.isIntact()).add("rows", result.rows());
        result.brokenId().ifPresentOrElse(id -> json.add("first_broken_id", id), () -> json.addNull("first_broken_id"));
        result.reason().ifPresentOrElse(reason -> json.add("reason", reason), () -> json.addNull("reason"));
        return json.build();
    }

    private void write(AuditExport form, AuditFilter filter, OutputStream out) throws IOException {
        out.flush();
        StringBuilder text = new StringBuilder(form.header());
        Long before = null;
        List<AuditRow> rows;
        do {
            rows = log.find(new AuditQuery(filter, before, AuditQuery.MAX_LIMIT, 0));
            for (AuditRow row : rows) {
                text.append(form.line(row));
                before = row.id();
            }
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            text.setLength(0);
        } while (rows.size() == AuditQuery.MAX_LIMIT);
        out.flush();
    }

    private static JsonObjectBuilder counts(Map<String, Long> counts) {
        JsonObjectBuilder json = Json.createObjectBuilder();
        new TreeMap<>(counts).forEach(json::add);
        return json;
    }
}
