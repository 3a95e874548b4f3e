package io.mlxmanager.api.auth;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.api.security.QueryTokenPaths;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.manage.identity.IssuedToken;
import io.mlxmanager.manage.identity.TokenIssuer;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;

/** Tickets for addresses in which a browser cannot send a header, so that no session token stands in a URL. */
@Path("/auth/stream-tickets")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class TicketResource {

    private static final int MAX_PATH = 500;

    private final TokenIssuer tokens;
    private final QueryTokenPaths paths;

    @Inject
    public TicketResource(TokenIssuer tokens, QueryTokenPaths paths) {
        this.tokens = tokens;
        this.paths = paths;
    }

    /** Gives a ticket for one GET on {@code path} within 30 seconds, as {@code ?token=}. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Authenticated
    public Response issue(JsonFields body, @Context SecurityContext security) {
        String path = body.requiredString("path", MAX_PATH);
        body.end();
        if (!paths.allow("GET", path)) {
            throw InvalidInput.of("path", "is not the path of a stream, a download or a socket");
        }
        IssuedToken ticket = tokens.ticket(CallerSecurityContext.caller(security), path);
        return Response.status(Response.Status.CREATED)
                .entity(Json.createObjectBuilder()
                        .add("ticket", ticket.token().value())
                        .add("expires_in", ticket.lifetime().toSeconds())
                        .build())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
