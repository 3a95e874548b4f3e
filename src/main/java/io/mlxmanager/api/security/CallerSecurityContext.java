package io.mlxmanager.api.security;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.identity.Caller;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;

/** The caller as JAX-RS shows one to resources. */
public final class CallerSecurityContext implements SecurityContext {

    private final Caller caller;
    private final boolean secure;

    public CallerSecurityContext(Caller caller, boolean secure) {
        this.caller = caller;
        this.secure = secure;
    }

    /**
     * The caller of a guarded endpoint.
     *
     * @throws Problem 401 when there is none
     */
    public static Caller caller(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw Problem.unauthorized("Not authenticated");
    }

    @Override
    public Principal getUserPrincipal() {
        return caller;
    }

    @Override
    public boolean isUserInRole(String role) {
        return caller.getGroups().contains(role);
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public String getAuthenticationScheme() {
        return "Bearer";
    }
}
