package io.mlxmanager.manage.identity;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a valid API key grants to whoever presents it.
 *
 * @param publicId names the key in lists and in the audit log; says nothing about the secret part
 * @param userId whose key it is
 * @param models patterns of the models that may be asked, with {@code *} for any characters; empty for all
 */
public record KeyGrant(
        String publicId,
        long userId,
        Set<KeyScope> scopes,
        List<String> models,
        Optional<Instant> expiresAt,
        OptionalInt requestsPerMinute,
        OptionalLong tokensPerDay) {

    public KeyGrant {
        scopes = Set.copyOf(scopes);
        models = List.copyOf(models);
    }

    public boolean mayUse(String model) {
        return models.isEmpty() || models.stream().anyMatch(pattern -> matches(pattern, model));
    }

    /** Without regular expressions, so that no pattern can be made to take long. */
    private static boolean matches(String pattern, String text) {
        String[] parts = pattern.split("\\*", -1);
        if (parts.length == 1) {
            return pattern.equals(text);
        }
        String last = parts[parts.length - 1];
        if (!text.startsWith(parts[0])) {
            return false;
        }
        int at = parts[0].length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = text.indexOf(parts[i], at);
            if (found < 0) {
                return false;
            }
            at = found + parts[i].length();
        }
        return text.length() - last.length() >= at && text.endsWith(last);
    }
}
