package io.mlxmanager.api.security;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** Whether a page of some origin may talk to us with what a browser knows of its user. */
final class Origins {

    private Origins() {}

    /**
     * Ours, those configured, and none at all (programs send none) are allowed.
     *
     * @param origin the Origin header, may be null
     * @param host the Host header of the same request, may be null
     */
    static boolean allow(String origin, String host, Set<String> allowed) {
        if (origin == null || origin.isEmpty() || allowed.contains(origin)) {
            return true;
        }
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null
                    && host != null
                    && authority.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
