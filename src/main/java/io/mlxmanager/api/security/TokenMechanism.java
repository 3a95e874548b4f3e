package io.mlxmanager.api.security;

import io.mlxmanager.api.problem.ProblemResponse;
import io.mlxmanager.api.problem.RequestId;
import io.mlxmanager.api.security.Identification.Anonymous;
import io.mlxmanager.api.security.Identification.Known;
import io.mlxmanager.api.security.Identification.OutOfScope;
import io.mlxmanager.api.security.Identification.Refused;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.identity.TokenRefused;
import io.mlxmanager.manage.identity.TokenVerifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationException;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds the credential of a request and has it verified, before filters and before a WebSocket upgrade. A caller becomes
 * the principal of the container. A request without one goes on, unless web.xml protects its path: then this is the
 * refusal. Whether an endpoint needs a caller is for {@link AccessGuard} to say.
 */
@ApplicationScoped
public class TokenMechanism implements HttpAuthenticationMechanism {

    private static final String AUTHENTICATION_TYPE = "jakarta.servlet.http.authType";

    private final TokenVerifier verifier;
    private final QueryTokenPaths queryTokenPaths;
    private final OpenDoor openDoor;

    /** For the container's proxy. */
    protected TokenMechanism() {
        this(null, null, null);
    }

    @Inject
    public TokenMechanism(TokenVerifier verifier, QueryTokenPaths queryTokenPaths, OpenDoor openDoor) {
        this.verifier = verifier;
        this.queryTokenPaths = queryTokenPaths;
        this.openDoor = openDoor;
    }

    @Override
    public AuthenticationStatus validateRequest(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
            throws AuthenticationException {
        RequestId.of(request, response);
        nameOurselves(context);
        Identification who = identify(request);
        if (who instanceof Known known) {
            return context.notifyContainerAboutLogin(
                    known.caller(), known.caller().getGroups());
        }
        if (!context.isProtected() && !context.isAuthenticationRequest()) {
            return context.doNothing();
        }
        try {
            ProblemResponse.write(request, response, refusal(who));
            return AuthenticationStatus.SEND_FAILURE;
        } catch (IOException e) {
            throw new AuthenticationException("the refusal could not be written", e);
        }
    }

    /** What to tell a caller who is not known: never why a token was refused. */
    static Problem refusal(Identification who) {
        if (who instanceof OutOfScope) {
            return Problem.forbidden("This API key has no access to this").withCode("key_out_of_scope");
        }
        return Problem.unauthorized(who instanceof Refused ? "Could not validate credentials" : "Not authenticated");
    }

    /**
     * The container takes a mechanism that does not say its name for its own Basic authentication, decodes such a header of
     * any request for its audit, and fails where that cannot be read.
     */
    private static void nameOurselves(HttpMessageContext context) {
        context.getMessageInfo().getMap().put(AUTHENTICATION_TYPE, "Bearer");
    }

    /** The container asks more than once per request; the answer must be the same. */
    private Identification identify(HttpServletRequest request) {
        if (request.getAttribute(Identification.ATTRIBUTE) instanceof Identification known) {
            return known;
        }
        Identification who = look(request);
        request.setAttribute(Identification.ATTRIBUTE, who);
        return who;
    }

    private Identification look(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        if (!path.startsWith("/api/") && !path.startsWith("/v1/")) {
            return new Anonymous();
        }
        Optional<String> header = Credentials.fromHeaders(request);
        boolean byQuery = header.isEmpty() && queryTokenPaths.allow(request.getMethod(), path);
        Optional<String> token = byQuery ? Credentials.fromQuery(request) : header;
        if (token.isEmpty()) {
            return openDoor.admits(request, path) ? new Known(Caller.ofThisMachine(), false) : new Anonymous();
        }
        try {
            Caller caller = byQuery ? verifier.verifyAt(token.get(), path) : verifier.verify(token.get());
            return caller.key().isPresent() && !KeyAccess.allows(caller.key().get(), path)
                    ? new OutOfScope(caller)
                    : new Known(caller, byQuery);
        } catch (TokenRefused e) {
            return new Refused(e.reason());
        }
    }
}
