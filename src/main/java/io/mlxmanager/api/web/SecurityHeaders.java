package io.mlxmanager.api.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/**
 * Puts the headers that keep a browser honest on every answer of the application. {@link PageServlet} gives the page a
 * wider Content-Security-Policy of its own. Stateless.
 */
@WebFilter(filterName = "security-headers", urlPatterns = "/*", asyncSupported = true)
public final class SecurityHeaders extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Security-Policy", ContentPolicy.NOTHING,
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            // Links in a model's answer must not even cause a look-up of their host before they are clicked.
            "X-DNS-Prefetch-Control", "off");

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        ALWAYS.forEach(response::setHeader);
        if (request.isSecure()) {
            response.setHeader("Strict-Transport-Security", "max-age=31536000");
        }
        chain.doFilter(request, response);
    }
}
