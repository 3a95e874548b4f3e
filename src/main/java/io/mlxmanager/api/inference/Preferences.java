package io.mlxmanager.api.inference;

import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a caller prefers, by the header of RFC 7240. */
final class Preferences {

    private static final Pattern WAIT = Pattern.compile("(?:^|,)\\s*wait\\s*=\\s*\"?([0-9]{1,6})\"?\\s*(?:[,;]|$)");

    private Preferences() {}

    /**
     * How long the caller waits for a model that is not in memory.
     *
     * @param values of the header {@code Prefer}
     * @return empty when the caller says nothing about it
     */
    static Optional<Duration> wait(Enumeration<String> values) {
        if (values == null) {
            return Optional.empty();
        }
        for (String value : Collections.list(values)) {
            Matcher wait = WAIT.matcher(value.toLowerCase(Locale.ROOT));
            if (wait.find()) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(wait.group(1))));
            }
        }
        return Optional.empty();
    }
}
