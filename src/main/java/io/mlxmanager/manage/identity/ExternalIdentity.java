package io.mlxmanager.manage.identity;

import java.util.Set;

/**
 * Whom a proven token of the external issuer speaks of.
 *
 * @param issuer the {@code iss} claim
 * @param subject the {@code sub} claim, which never changes; the address may
 * @param email as the issuer gives it
 * @param groups from the configured claim
 */
record ExternalIdentity(String issuer, String subject, String email, Set<String> groups) {

    ExternalIdentity {
        groups = Set.copyOf(groups);
    }
}
