package io.mlxmanager.api.security;

import io.mlxmanager.api.problem.ProblemResponse;
import io.mlxmanager.base.config.HttpConfig;
import io.mlxmanager.base.problem.Problem;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Refuses sockets of foreign pages with a body that says so; {@link HandshakeConfigurator} could only say 403. */
@WebFilter(urlPatterns = "/api/system/ws/*", asyncSupported = true)
public final class HandshakeFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Inject
    private transient HttpConfig config;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (Origins.allow(request.getHeader("Origin"), request.getHeader("Host"), config.allowedOrigins())) {
            chain.doFilter(request, response);
        } else {
            Problem refusal =
                    Problem.forbidden("Pages of this origin may not connect").withCode("origin_not_allowed");
            ProblemResponse.write(request, response, refusal);
        }
    }
}
