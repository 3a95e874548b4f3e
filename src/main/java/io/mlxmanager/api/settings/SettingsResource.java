package io.mlxmanager.api.settings;

import io.mlxmanager.api.audit.SecurityTrail;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.manage.hub.HubAccount;
import io.mlxmanager.manage.profile.ProfileInfo;
import io.mlxmanager.manage.profile.Profiles;
import io.mlxmanager.manage.settings.PoolSettings;
import io.mlxmanager.manage.settings.ServerSettings;
import io.mlxmanager.manage.settings.TimeoutSettings;
import io.mlxmanager.serve.pool.ModelPool;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.function.Supplier;

/** Memory of the pool, time-outs and the hub's token: for administrators, applied at once and at the next start. */
@Path("/settings")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class SettingsResource {

    private static final String CHANGED = "settings.changed";
    private static final int MAX_TOKEN = 500;

    private final ServerSettings settings;
    private final Profiles profiles;
    private final ModelPool pool;
    private final HubAccount account;
    private final SecurityTrail trail;

    @Inject
    public SettingsResource(
            ServerSettings settings, Profiles profiles, ModelPool pool, HubAccount account, SecurityTrail trail) {
        this.settings = settings;
        this.profiles = profiles;
        this.pool = pool;
        this.account = account;
        this.trail = trail;
    }

    @GET
    @Path("/pool")
    @RolesAllowed("admin")
    public JsonObject pool() {
        JsonArrayBuilder preloaded = Json.createArrayBuilder();
        profiles.all().stream()
                .filter(profile -> profile.settings().autoStart())
                .map(SettingsResource::preloaded)
                .forEach(preloaded::add);
        return settings.pool().builder().add("preloaded_profiles", preloaded).build();
    }

    private static JsonObject preloaded(ProfileInfo profile) {
        return Json.createObjectBuilder()
                .add("id", profile.id())
                .add("name", profile.name())
                .add("profile_type", profile.type().profileType())
                .add("model_repo_id", profile.settings().modelId())
                .add("model_name", profile.settings().modelId())
                .build();
    }

    /** A lower limit takes effect on idle models at once, on others as soon as they are released. */
    @PUT
    @Path("/pool")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("admin")
    public JsonObject pool(JsonFields body, @Context SecurityContext security, @Context HttpServletRequest request) {
        return changed(security, request, "pool", () -> {
            settings.pool(PoolSettings.read(body, settings.pool()));
            pool.configure(settings.poolBytes(), settings.pool());
            return pool();
        });
    }

    @GET
    @Path("/timeouts")
    @RolesAllowed("admin")
    public JsonObject timeouts() {
        return settings.timeouts().toJson();
    }

    @PUT
    @Path("/timeouts")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("admin")
    public JsonObject timeouts(
            JsonFields body, @Context SecurityContext security, @Context HttpServletRequest request) {
        return changed(security, request, "timeouts", () -> {
            settings.timeouts(TimeoutSettings.read(body, settings.timeouts()));
            return timeouts();
        });
    }

    @GET
    @Path("/huggingface")
    @RolesAllowed("admin")
    public JsonObject hub() {
        return configured(settings.hasHubToken());
    }

    @PUT
    @Path("/huggingface")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("admin")
    public JsonObject hub(JsonFields body, @Context SecurityContext security, @Context HttpServletRequest request) {
        return changed(security, request, "huggingface", () -> {
            String token = body.requiredString("token", MAX_TOKEN).strip();
            if (body.has("token") && (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127))) {
                body.fault("token", "must be a token of visible ASCII characters");
            }
            body.end();
            settings.hubToken(new Secret(token));
            return configured(true);
        });
    }

    @DELETE
    @Path("/huggingface")
    @RolesAllowed("admin")
    public Response removeHub(@Context SecurityContext security, @Context HttpServletRequest request) {
        changed(security, request, "huggingface", () -> {
            settings.removeHubToken();
            return configured(false);
        });
        return Response.noContent().build();
    }

    /** Whether the hub knows the token, and by which name. */
    @POST
    @Path("/huggingface/test")
    @RolesAllowed("admin")
    public JsonObject testHub() {
        return Json.createObjectBuilder()
                .add("success", true)
                .add("username", account.name())
                .build();
    }

    private static JsonObject configured(boolean whether) {
        return Json.createObjectBuilder().add("configured", whether).build();
    }

    private JsonObject changed(
            SecurityContext security, HttpServletRequest request, String what, Supplier<JsonObject> work) {
        long actor = CallerSecurityContext.caller(security).userId();
        return trail.record(request, CHANGED, actor, what, work);
    }
}
