package io.mlxmanager.api.auth;

import io.mlxmanager.api.audit.SecurityTrail;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.manage.identity.Account;
import io.mlxmanager.manage.identity.EmailAddress;
import io.mlxmanager.manage.identity.IssuedToken;
import io.mlxmanager.manage.identity.Login;
import io.mlxmanager.manage.identity.Passwords;
import io.mlxmanager.manage.identity.Registration;
import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;

/** How one becomes a user and how one signs in. */
@Path("/auth")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class AuthResource {

    static final int MAX_FIELD = 1024;

    private final Registration registration;
    private final Login login;
    private final SecurityTrail trail;

    @Inject
    public AuthResource(Registration registration, Login login, SecurityTrail trail) {
        this.registration = registration;
        this.login = login;
        this.trail = trail;
    }

    /** Whether the next one to register becomes the administrator; the sign-in page then says so. */
    @GET
    @Path("/first-run")
    @PermitAll
    public JsonObject firstRun() {
        return Json.createObjectBuilder()
                .add("first_run", registration.awaitsFirstUser())
                .build();
    }

    /** The first user ever becomes administrator at once; later ones wait for approval. Gives no token. */
    @POST
    @Path("/register")
    @Consumes(MediaType.APPLICATION_JSON)
    @PermitAll
    public Response register(JsonFields body, @Context HttpServletRequest request) {
        String email = body.requiredString("email", EmailAddress.MAX_LENGTH);
        String password = body.requiredString("password", 2 * Passwords.MAX_LENGTH);
        body.end();
        Account account = trail.record(
                request, "auth.registered", name(email), () -> registration.register(email, password), Account::id);
        return Response.status(Response.Status.CREATED)
                .entity(new UserView(account).toJson())
                .build();
    }

    /** The password form of OAuth 2: {@code username} is the e-mail address; other fields of the form are ignored. */
    @POST
    @Path("/login")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @PermitAll
    public Response login(MultivaluedMap<String, String> form, @Context HttpServletRequest request) {
        String username = form.getFirst("username");
        String password = form.getFirst("password");
        requireForm(username, password);
        IssuedToken issued = trail.record(
                request,
                "auth.login",
                name(username),
                () -> login.login(username, password, request.getRemoteAddr()),
                token -> token.account().id());
        return new TokenView(issued).toResponse();
    }

    /** For the log: people type their password into the wrong field. */
    private static String name(String typed) {
        return EmailAddress.isAddress(typed) ? EmailAddress.normalise(typed) : "(no e-mail address)";
    }

    private static void requireForm(String username, String password) {
        List<FieldError> errors = new ArrayList<>();
        requireField(errors, "username", username);
        requireField(errors, "password", password);
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
    }

    private static void requireField(List<FieldError> errors, String field, String value) {
        if (value == null || value.isEmpty()) {
            errors.add(new FieldError(field, "is required"));
        } else if (value.length() > MAX_FIELD) {
            errors.add(new FieldError(field, "must have at most " + MAX_FIELD + " characters"));
        }
    }
}
