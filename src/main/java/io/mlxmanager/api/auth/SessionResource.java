package io.mlxmanager.api.auth;

import io.mlxmanager.api.audit.SecurityTrail;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.identity.IssuedToken;
import io.mlxmanager.manage.identity.Passwords;
import io.mlxmanager.manage.identity.Sessions;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;

/** The own account and its logins. */
@Path("/auth")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class SessionResource {

    private final Sessions sessions;
    private final SecurityTrail trail;

    @Inject
    public SessionResource(Sessions sessions, SecurityTrail trail) {
        this.sessions = sessions;
        this.trail = trail;
    }

    @GET
    @Path("/me")
    @Authenticated
    public JsonObject me(@Context SecurityContext security) {
        return new UserView(CallerSecurityContext.caller(security).account()).toJson();
    }

    /** Ends the token of this request. */
    @POST
    @Path("/logout")
    @Authenticated
    public Response logout(@Context SecurityContext security, @Context HttpServletRequest request) {
        Caller caller = CallerSecurityContext.caller(security);
        return trail.record(request, "auth.logout", caller.userId(), caller.getName(), () -> {
            sessions.logout(caller);
            return Response.noContent().build();
        });
    }

    /** Ends every token of the user, that of this request included. */
    @POST
    @Path("/logout-everywhere")
    @Authenticated
    public Response logoutEverywhere(@Context SecurityContext security, @Context HttpServletRequest request) {
        Caller caller = CallerSecurityContext.caller(security);
        return trail.record(request, "auth.logout-everywhere", caller.userId(), caller.getName(), () -> {
            sessions.logoutEverywhere(caller.userId());
            return Response.noContent().build();
        });
    }

    /** Ends every token of the user and gives a new one. */
    @PUT
    @Path("/password")
    @Consumes(MediaType.APPLICATION_JSON)
    @Authenticated
    public Response changePassword(
            JsonFields body, @Context SecurityContext security, @Context HttpServletRequest request) {
        String current = body.requiredString("current_password", AuthResource.MAX_FIELD);
        String replacement = body.requiredString("new_password", 2 * Passwords.MAX_LENGTH);
        body.end();
        Caller caller = CallerSecurityContext.caller(security);
        IssuedToken issued = trail.record(
                request,
                "auth.password-changed",
                caller.userId(),
                caller.getName(),
                () -> sessions.changePassword(caller.userId(), current, replacement));
        return new TokenView(issued).toResponse();
    }
}
