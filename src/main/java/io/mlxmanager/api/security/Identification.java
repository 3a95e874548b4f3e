package io.mlxmanager.api.security;

import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.identity.TokenRefused;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** What is known about who sends a request; kept with it from the first look to the last. */
public sealed interface Identification {

    /** Request attribute that holds it, also readable as a property of the JAX-RS request context. */
    String ATTRIBUTE = "io.mlxmanager.identification";

    /** No credential where one is looked for. */
    record Anonymous() implements Identification {}

    /** A credential that proves nothing. */
    record Refused(TokenRefused.Reason reason) implements Identification {}

    /**
     * A caller.
     *
     * @param byQuery whether the token came in the query of the URL
     */
    record Known(Caller caller, boolean byQuery) implements Identification {}

    /** A caller with an API key that does not open this door. */
    record OutOfScope(Caller caller) implements Identification {}

    /** The caller of a request that has one. */
    static Optional<Caller> caller(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Known known ? Optional.of(known.caller()) : Optional.empty();
    }
}
