package io.mlxmanager.base.log;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;

/** How much is told, least first. */
public enum LogLevel {
    ERROR(Level.SEVERE),
    WARNING(Level.WARNING),
    INFO(Level.INFO),
    DEBUG(Level.FINE),
    TRACE(Level.FINEST);

    /** Never changes, which the compiler cannot know. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Level level;

    LogLevel(Level level) {
        this.level = level;
    }

    /** The name of the API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static List<String> words() {
        return Stream.of(values()).map(LogLevel::word).toList();
    }

    public static Optional<LogLevel> ofWord(String word) {
        return Stream.of(values()).filter(level -> level.word().equals(word)).findFirst();
    }

    /** The one that lets through what {@code level} does, or the next that tells less. */
    static LogLevel of(Level level) {
        return Stream.of(values())
                .filter(each -> each.level.intValue() >= level.intValue())
                .reduce((told, more) -> more)
                .orElse(ERROR);
    }

    Level level() {
        return level;
    }
}
