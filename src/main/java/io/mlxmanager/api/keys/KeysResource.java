package io.mlxmanager.api.keys;

import io.mlxmanager.api.audit.SecurityTrail;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.identity.KeyScope;
import io.mlxmanager.manage.keys.ApiKeys;
import io.mlxmanager.manage.keys.KeyInfo;
import io.mlxmanager.manage.keys.KeyOrder;
import io.mlxmanager.manage.keys.NewKey;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** The keys of programs: everybody has their own, administrators see and revoke all. */
@Path("/keys")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class KeysResource {

    private static final int MAX_NAME = 100;
    private static final int MAX_MODELS = 20;
    private static final int MAX_PATTERN = 95;
    private static final int MAX_DAYS = 3650;

    private final ApiKeys keys;
    private final SecurityTrail trail;

    @Inject
    public KeysResource(ApiKeys keys, SecurityTrail trail) {
        this.keys = keys;
        this.trail = trail;
    }

    @GET
    @Authenticated
    public JsonArray own(@Context SecurityContext security) {
        return list(keys.ofUser(CallerSecurityContext.caller(security).userId()));
    }

    @GET
    @Path("/all")
    @RolesAllowed("admin")
    public JsonArray all() {
        return list(keys.all());
    }

    /**
     * Makes a key of {@code name}, {@code scopes} (default inference), {@code models} (patterns), {@code expires_in_days},
     * {@code requests_per_minute}, {@code tokens_per_day}. The answer shows it for the only time, as {@code key}.
     */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Authenticated
    public Response create(JsonFields body, @Context SecurityContext security, @Context HttpServletRequest request) {
        KeyOrder order = order(body);
        Caller caller = CallerSecurityContext.caller(security);
        NewKey key = trail.record(
                request, "key.created", caller.userId(), order.name(), () -> keys.create(caller.userId(), order));
        return shown(key, Response.Status.CREATED);
    }

    /** Gives the key a new secret part; the old one is worthless at once. */
    @POST
    @Path("/{id}/rotate")
    @Authenticated
    public Response rotate(
            @PathParam("id") String id, @Context SecurityContext security, @Context HttpServletRequest request) {
        Caller caller = CallerSecurityContext.caller(security);
        long key = number(id);
        NewKey rotated = trail.record(
                request, "key.rotated", caller.userId(), "key " + key, () -> keys.rotate(key, caller.userId()));
        return shown(rotated, Response.Status.OK);
    }

    @DELETE
    @Path("/{id}")
    @Authenticated
    public Response revoke(
            @PathParam("id") String id, @Context SecurityContext security, @Context HttpServletRequest request) {
        Caller caller = CallerSecurityContext.caller(security);
        long key = number(id);
        Optional<Long> owner = caller.isAdmin() ? Optional.empty() : Optional.of(caller.userId());
        trail.record(request, "key.revoked", caller.userId(), "key " + key, () -> keys.revoke(key, owner));
        return Response.noContent().build();
    }

    private static JsonArray list(List<KeyInfo> infos) {
        JsonArrayBuilder list = Json.createArrayBuilder();
        infos.forEach(info -> list.add(new KeyView(info).toJson()));
        return list.build();
    }

    private static Response shown(NewKey key, Response.Status status) {
        return Response.status(status)
                .entity(new KeyView(key.info())
                        .toJson()
                        .add("key", key.key().value())
                        .build())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    private static KeyOrder order(JsonFields body) {
        String name = body.requiredString("name", MAX_NAME).strip();
        Set<KeyScope> scopes = scopes(body);
        List<String> models = body.optionalStrings("models", MAX_MODELS, MAX_PATTERN);
        OptionalInt days = body.optionalInt("expires_in_days", 1, MAX_DAYS);
        OptionalInt requests = body.optionalInt("requests_per_minute", 1, Integer.MAX_VALUE);
        OptionalInt tokens = body.optionalInt("tokens_per_day", 1, Integer.MAX_VALUE);
        if (body.has("name") && name.isEmpty()) {
            body.fault("name", "must not be blank");
        }
        if (models.stream().anyMatch(pattern -> pattern.isBlank() || pattern.contains("\n"))) {
            body.fault("models", "must hold names of models, with * for any characters");
        }
        body.end();
        Optional<Instant> expiry =
                days.isPresent() ? Optional.of(Instant.now().plus(Duration.ofDays(days.getAsInt()))) : Optional.empty();
        OptionalLong tokenLimit = tokens.isPresent() ? OptionalLong.of(tokens.getAsInt()) : OptionalLong.empty();
        return new KeyOrder(name, scopes, models, expiry, requests, tokenLimit);
    }

    private static Set<KeyScope> scopes(JsonFields body) {
        List<String> words = body.optionalStrings("scopes", 10, 50);
        if (!body.has("scopes")) {
            return Set.of(KeyScope.INFERENCE);
        }
        Set<KeyScope> scopes = EnumSet.noneOf(KeyScope.class);
        words.forEach(word -> KeyScope.ofWord(word).ifPresent(scopes::add));
        if (scopes.isEmpty() || scopes.size() < words.stream().distinct().count()) {
            body.fault("scopes", "must hold at least one, each of " + String.join(", ", KeyScope.words()));
        }
        return scopes.isEmpty() ? Set.of(KeyScope.INFERENCE) : scopes;
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw Problem.notFound("API key not found").withCode("key_not_found");
        }
    }
}
