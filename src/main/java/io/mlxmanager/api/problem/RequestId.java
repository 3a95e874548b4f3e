package io.mlxmanager.api.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of one request, the same in its answer, its audit row and the log. Taken from {@value #HEADER} when the
 * client sends a sane one, else made here.
 */
public final class RequestId {

    public static final String HEADER = "X-Request-ID";

    /** Where Anthropic's clients look for it. */
    private static final String ANTHROPIC_HEADER = "request-id";

    /** Request attribute that holds it, also readable as a property of the JAX-RS request context. */
    public static final String ATTRIBUTE = "io.mlxmanager.request-id";

    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/+=-]{1,64}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private RequestId() {}

    /** The id of this request; made, remembered and put on the response by the first call. */
    public static String of(HttpServletRequest request, HttpServletResponse response) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        String offered = request.getHeader(HEADER);
        String id = offered != null && SANE.matcher(offered).matches() ? offered : generate();
        request.setAttribute(ATTRIBUTE, id);
        response.setHeader(HEADER, id);
        if (request.getRequestURI().contains("/v1/messages")) {
            response.setHeader(ANTHROPIC_HEADER, id);
        }
        return id;
    }

    /** The id that was given to this request by the filter in front of everything. */
    public static String of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof String known ? known : generate();
    }

    static String generate() {
        byte[] random = new byte[6];
        RANDOM.nextBytes(random);
        return "req_" + HexFormat.of().formatHex(random);
    }
}
