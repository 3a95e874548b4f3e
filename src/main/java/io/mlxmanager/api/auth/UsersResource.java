package io.mlxmanager.api.auth;

import io.mlxmanager.api.audit.SecurityTrail;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.identity.AccountChange;
import io.mlxmanager.manage.identity.Accounts;
import io.mlxmanager.manage.identity.EmailAddress;
import io.mlxmanager.manage.identity.Passwords;
import io.mlxmanager.manage.identity.Role;
import io.mlxmanager.manage.identity.UserAdministration;
import io.mlxmanager.manage.identity.UserStatus;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What administrators do with accounts. */
@Path("/auth/users")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class UsersResource {

    private final Accounts accounts;
    private final UserAdministration administration;
    private final SecurityTrail trail;

    @Inject
    public UsersResource(Accounts accounts, UserAdministration administration, SecurityTrail trail) {
        this.accounts = accounts;
        this.administration = administration;
        this.trail = trail;
    }

    @GET
    @RolesAllowed("admin")
    public JsonArray all() {
        JsonArrayBuilder users = Json.createArrayBuilder();
        accounts.all().forEach(account -> users.add(new UserView(account).toJson()));
        return users.build();
    }

    @GET
    @Path("/pending/count")
    @RolesAllowed("admin")
    public JsonObject pendingCount() {
        return Json.createObjectBuilder()
                .add("count", accounts.count(UserStatus.PENDING))
                .build();
    }

    /** Changes {@code email}, {@code is_admin}, {@code status} and {@code roles}; what is absent stays. */
    @PUT
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("admin")
    public JsonObject change(
            @PathParam("id") String id,
            JsonFields body,
            @Context SecurityContext security,
            @Context HttpServletRequest request) {
        long user = number(id);
        AccountChange change = change(body);
        long administrator = CallerSecurityContext.caller(security).userId();
        return trail.record(
                request,
                "user.changed",
                administrator,
                "user " + user + describe(change),
                () -> new UserView(administration.change(user, change, administrator)).toJson());
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed("admin")
    public Response delete(
            @PathParam("id") String id, @Context SecurityContext security, @Context HttpServletRequest request) {
        long user = number(id);
        return trail.record(
                request, "user.deleted", CallerSecurityContext.caller(security).userId(), "user " + user, () -> {
                    administration.delete(user);
                    return Response.noContent().build();
                });
    }

    /** Ends every token of that user. */
    @POST
    @Path("/{id}/reset-password")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("admin")
    public JsonObject resetPassword(
            @PathParam("id") String id,
            JsonFields body,
            @Context SecurityContext security,
            @Context HttpServletRequest request) {
        long user = number(id);
        String password = body.requiredString("password", 2 * Passwords.MAX_LENGTH);
        body.end();
        return trail.record(
                request,
                "user.password-reset",
                CallerSecurityContext.caller(security).userId(),
                "user " + user,
                () -> {
                    administration.resetPassword(user, password);
                    return Json.createObjectBuilder()
                            .add("message", "Password reset; the user has to sign in again")
                            .build();
                });
    }

    private static AccountChange change(JsonFields body) {
        Optional<String> email = body.optionalString("email", EmailAddress.MAX_LENGTH);
        Optional<Boolean> admin = body.optionalBoolean("is_admin");
        Optional<UserStatus> status = body.optionalChoice("status", UserStatus.words(), UserStatus::ofWord);
        Optional<Set<Role>> roles = roles(body);
        body.end();
        return new AccountChange(email.map(text -> EmailAddress.of("email", text)), admin, status, roles);
    }

    /** Only what can be granted by itself; user and administrator follow from status and {@code is_admin}. */
    private static Optional<Set<Role>> roles(JsonFields body) {
        List<String> names = body.optionalStrings("roles", 10, 50);
        if (!body.has("roles")) {
            return Optional.empty();
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String name : names) {
            if (Role.ofGroup(name)
                    .filter(role -> role == Role.AUDITOR)
                    .map(roles::add)
                    .isEmpty()) {
                body.fault("roles", "may only hold " + Role.AUDITOR.group());
            }
        }
        return Optional.of(roles);
    }

    private static String describe(AccountChange change) {
        StringBuilder text = new StringBuilder();
        change.email().ifPresent(email -> text.append(", email ").append(email));
        change.admin().ifPresent(admin -> text.append(", is_admin ").append(admin));
        change.status().ifPresent(status -> text.append(", status ").append(status.word()));
        change.roles().ifPresent(roles -> text.append(", roles ").append(roles));
        return text.toString();
    }

    /** An id that is no number belongs to nobody. */
    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw Problem.notFound("User not found").withCode("user_not_found");
        }
    }
}
