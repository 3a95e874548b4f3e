package io.mlxmanager.api.body;

import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.InvalidInput;
import jakarta.ws.rs.core.MultivaluedMap;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Query parameters, read one by one; faults are collected and thrown together by {@link #end()}. An empty value counts
 * as absent, parameters nobody asks for are ignored. Confined to one thread.
 */
public final class QueryFields {

    private static final int MAX_LENGTH = 1000;

    private final MultivaluedMap<String, String> parameters;
    private final List<FieldError> errors = new ArrayList<>();

    public QueryFields(MultivaluedMap<String, String> parameters) {
        this.parameters = parameters;
    }

    public Optional<String> text(String name) {
        String value = parameters.getFirst(name);
        if (value != null && value.length() > MAX_LENGTH) {
            fault(name, "must have at most " + MAX_LENGTH + " characters");
            return Optional.empty();
        }
        return Optional.ofNullable(value).filter(text -> !text.isEmpty());
    }

    public OptionalLong number(String name, long min, long max) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long value = Long.parseLong(text.get());
            if (value >= min && value <= max) {
                return OptionalLong.of(value);
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        fault(name, "must be an integer between " + min + " and " + max);
        return OptionalLong.empty();
    }

    public OptionalDouble decimal(String name, double min, double max) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        try {
            double value = Double.parseDouble(text.get());
            if (value >= min && value <= max) {
                return OptionalDouble.of(value);
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        fault(name, "must be a number between " + min + " and " + max);
        return OptionalDouble.empty();
    }

    public <T> Optional<T> choice(String name, List<String> words, Function<String, Optional<T>> parse) {
        Optional<String> word = text(name);
        Optional<T> choice = word.flatMap(parse);
        if (word.isPresent() && choice.isEmpty()) {
            fault(name, "must be one of " + String.join(", ", words));
        }
        return choice;
    }

    /** ISO 8601 with an offset; without one, or as a date alone, it is taken as UTC. */
    public Optional<Instant> time(String name) {
        // An unencoded plus of an offset arrives as a blank.
        Optional<String> text = text(name).map(value -> value.strip().replace(' ', '+'));
        if (text.isEmpty()) {
            return Optional.empty();
        }
        for (Function<String, Instant> form : TIME_FORMS) {
            try {
                return Optional.of(form.apply(text.get()));
            } catch (DateTimeException e) {
                // the next form may fit
            }
        }
        fault(name, "must be a time such as 2026-03-11T10:00:00Z");
        return Optional.empty();
    }

    /** @throws InvalidInput if a parameter was at fault */
    public void end() {
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
    }

    /** Finds a fault that only the caller knows of. */
    public void fault(String name, String message) {
        errors.add(new FieldError(name, message));
    }

    private static final List<Function<String, Instant>> TIME_FORMS = List.of(
            text -> OffsetDateTime.parse(text).toInstant(),
            text -> LocalDateTime.parse(text).toInstant(ZoneOffset.UTC),
            text -> LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
}
