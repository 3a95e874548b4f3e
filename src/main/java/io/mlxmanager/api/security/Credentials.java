package io.mlxmanager.api.security;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Where in a request a token may stand. An empty value is a value: it will be refused, not ignored. */
final class Credentials {

    private static final String SCHEME = "Bearer ";
    private static final String PARAMETER = "token=";

    private Credentials() {}

    /** {@code Authorization: Bearer …}, or {@code x-api-key}, which is how Anthropic's clients send theirs. */
    static Optional<String> fromHeaders(HttpServletRequest request) {
        String authorization = request.getHeader("Authorization");
        if (authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.of(authorization.substring(SCHEME.length()).strip());
        }
        return Optional.ofNullable(request.getHeader("x-api-key")).map(String::strip);
    }

    /** {@code ?token=…}, read from the query itself: asking for a parameter would consume the body of a form. */
    static Optional<String> fromQuery(HttpServletRequest request) {
        String query = request.getQueryString();
        if (query == null) {
            return Optional.empty();
        }
        return Arrays.stream(query.split("&", -1))
                .filter(part -> part.startsWith(PARAMETER))
                .findFirst()
                .map(part -> decode(part.substring(PARAMETER.length())));
    }

    private static String decode(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Not decodable is not a token; as it stands it will be refused.
            return value;
        }
    }
}
