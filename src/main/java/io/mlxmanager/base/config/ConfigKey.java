package io.mlxmanager.base.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One thing that can be configured.
 *
 * @param name the MicroProfile Config key; the environment variable is its upper case with underscores
 * @param defaultText the default as a user would write it; empty when there is none
 * @param secret whether the value must never be shown, not even in the message that refuses it
 * @param parser from text to value; throws {@link IllegalArgumentException} saying what was expected
 */
public record ConfigKey<T>(String name, String defaultText, boolean secret, Function<String, T> parser) {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    public ConfigKey {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(defaultText, "defaultText");
        Objects.requireNonNull(parser, "parser");
    }

    public static ConfigKey<String> text(String name, String defaultText) {
        return new ConfigKey<>(name, defaultText, false, Function.identity());
    }

    public static ConfigKey<String> secret(String name, String defaultText) {
        return new ConfigKey<>(name, defaultText, true, Function.identity());
    }

    /** Values separated by commas; blanks around them and empty ones are dropped. */
    public static ConfigKey<List<String>> list(String name, String defaultText) {
        return new ConfigKey<>(name, defaultText, false, ConfigKey::split);
    }

    /** As {@link #list}, of values that must never be shown and cannot hold a comma. */
    public static ConfigKey<List<String>> secretList(String name, String defaultText) {
        return new ConfigKey<>(name, defaultText, true, ConfigKey::split);
    }

    /** One of some words, at least two. */
    public static ConfigKey<String> choice(String name, String defaultText, String... choices) {
        List<String> known = List.of(choices);
        return new ConfigKey<>(name, defaultText, false, text -> chosen(text, known));
    }

    public static ConfigKey<Integer> integer(String name, int defaultValue, int min, int max) {
        return new ConfigKey<>(name, Integer.toString(defaultValue), false, text -> parseInteger(text, min, max));
    }

    public static ConfigKey<Boolean> flag(String name, boolean defaultValue) {
        return new ConfigKey<>(name, Boolean.toString(defaultValue), false, ConfigKey::parseFlag);
    }

    /** {@code 500ms}, {@code 30s}, {@code 15m}, {@code 12h}, {@code 7d} or ISO 8601 such as {@code PT1H30M}. */
    public static ConfigKey<Duration> duration(String name, String defaultText) {
        return new ConfigKey<>(name, defaultText, false, ConfigKey::parseDuration);
    }

    public static ConfigKey<ByteSize> size(String name, String defaultText) {
        return new ConfigKey<>(name, defaultText, false, ByteSize::parse);
    }

    /** A leading {@code ~} is the home folder of the user who runs the server; the result is absolute. */
    public static ConfigKey<Path> path(String name, String defaultText) {
        return new ConfigKey<>(name, defaultText, false, ConfigKey::parsePath);
    }

    static List<String> split(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private static String chosen(String text, List<String> choices) {
        if (choices.contains(text)) {
            return text;
        }
        int last = choices.size() - 1;
        throw new IllegalArgumentException(
                "not " + String.join(", ", choices.subList(0, last)) + " or " + choices.get(last));
    }

    private static int parseInteger(String text, int min, int max) {
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message that also says the bounds
        }
        throw new IllegalArgumentException("not an integer between " + min + " and " + max);
    }

    private static boolean parseFlag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("not true or false");
        };
    }

    private static Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        }
        try {
            Duration duration = Duration.parse(text);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (java.time.format.DateTimeParseException e) {
            // falls through to the one message that shows the forms
        }
        throw new IllegalArgumentException("not a duration such as 30s, 15m or 7d");
    }

    private static Path parsePath(String text) {
        String home = System.getProperty("user.home");
        String expanded = text.equals("~") || text.startsWith("~/") ? home + text.substring(1) : text;
        return Path.of(expanded).toAbsolutePath().normalize();
    }
}
