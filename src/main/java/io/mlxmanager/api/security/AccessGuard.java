package io.mlxmanager.api.security;

import io.mlxmanager.api.security.Identification.Anonymous;
import io.mlxmanager.api.security.Identification.Known;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.identity.Caller;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.util.Collections;

/**
 * Enforces the rule of one endpoint: 401 for a caller who is not known, 403 for one who has none of the roles. A token
 * from the query counts only where the endpoint itself bears {@link QueryTokenAllowed}.
 */
final class AccessGuard implements ContainerRequestFilter {

    private final AccessRule rule;

    AccessGuard(AccessRule rule) {
        this.rule = rule;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Identification who = identification(request);
        if (who instanceof Known known) {
            request.setSecurityContext(new CallerSecurityContext(
                    known.caller(), request.getSecurityContext().isSecure()));
        }
        if (rule.open()) {
            return;
        }
        if (!(who instanceof Known known)) {
            throw TokenMechanism.refusal(who);
        }
        requireRole(known.caller());
    }

    private Identification identification(ContainerRequestContext request) {
        if (!(request.getProperty(Identification.ATTRIBUTE) instanceof Identification who)) {
            return new Anonymous();
        }
        return who instanceof Known known && known.byQuery() && !rule.queryToken() ? new Anonymous() : who;
    }

    private void requireRole(Caller caller) {
        if (!rule.roles().isEmpty() && Collections.disjoint(rule.roles(), caller.getGroups())) {
            throw Problem.forbidden(
                    rule.roles().contains("admin") ? "Admin access required" : "You have no access to this");
        }
    }
}
