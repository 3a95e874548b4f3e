package io.mlxmanager.api.security;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.RateLimited;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.keys.KeyLimits;
import io.mlxmanager.manage.keys.KeyLimits.Budget;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.OptionalLong;

/**
 * Holds API keys to their limits, after the guard has let them in, and says on every answer what is left, under the names
 * that OpenAI's clients know.
 */
@Provider
@Dependent
@Priority(Priorities.AUTHORIZATION)
public final class KeyLimitFilter implements ContainerRequestFilter, ContainerResponseFilter {

    private static final String BUDGET = "io.mlxmanager.key-budget";

    private final KeyLimits limits;

    /** JAX-RS demands this constructor to accept the class as a filter; CDI then uses the other one. */
    public KeyLimitFilter() {
        this(null);
    }

    @Inject
    public KeyLimitFilter(KeyLimits limits) {
        this.limits = limits;
    }

    /** @throws Problem 429 when a limit is used up */
    @Override
    public void filter(ContainerRequestContext request) {
        if (!(request.getSecurityContext().getUserPrincipal() instanceof Caller caller)
                || caller.key().isEmpty()) {
            return;
        }
        Budget budget = limits.admit(caller.key().get());
        request.setProperty(BUDGET, budget);
        if (!budget.retryAfter().isZero()) {
            throw new RateLimited("The limit of this API key is used up", budget.retryAfter());
        }
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(BUDGET) instanceof Budget budget) {
            header(response, "x-ratelimit-limit-requests", budget.requestLimit());
            header(response, "x-ratelimit-remaining-requests", budget.remainingRequests());
            header(response, "x-ratelimit-limit-tokens", budget.tokenLimit());
            header(response, "x-ratelimit-remaining-tokens", budget.remainingTokens());
        }
    }

    private static void header(ContainerResponseContext response, String name, OptionalLong value) {
        if (value.isPresent()) {
            response.getHeaders().putSingle(name, Long.toString(value.getAsLong()));
        }
    }
}
