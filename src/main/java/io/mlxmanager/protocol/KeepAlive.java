package io.mlxmanager.protocol;

import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a model shall stay in memory after a request, as clients of local servers say it: {@code keep_alive} as a number
 * of seconds or as {@code "10m"}, negative for ever; {@code ttl} as a number of seconds. Stateless.
 */
public final class KeepAlive {

    private static final Pattern DURATION = Pattern.compile("(-?\\d{1,9})(ms|s|m|h|)");
    private static final Map<String, Long> MILLISECONDS =
            Map.of("ms", 1L, "s", 1000L, "", 1000L, "m", 60_000L, "h", 3_600_000L);
    private static final String FORM =
            "must be a number of seconds or a duration such as \"10m\"; negative keeps the model.";

    private KeepAlive() {}

    /**
     * @return seconds, negative for ever; empty when nothing was said
     * @throws ProtocolException naming the field that cannot be read
     */
    public static OptionalInt read(Fields fields) {
        OptionalInt ttl = fields.smallInteger("ttl", 0);
        Optional<JsonValue> value = fields.value("keep_alive");
        if (value.isEmpty()) {
            return ttl;
        }
        if (value.get() instanceof JsonNumber number && number.isIntegral()) {
            return OptionalInt.of(seconds(fields, number.bigIntegerValue().doubleValue()));
        }
        if (value.get() instanceof JsonString text) {
            Matcher duration = DURATION.matcher(text.getString());
            if (duration.matches()) {
                return OptionalInt.of(seconds(
                        fields, Long.parseLong(duration.group(1)) * MILLISECONDS.get(duration.group(2)) / 1000.0));
            }
        }
        throw fields.invalid("keep_alive", FORM);
    }

    /** A part of a second keeps the model for that second. */
    private static int seconds(Fields fields, double seconds) {
        if (seconds < 0) {
            return -1;
        }
        if (seconds > Integer.MAX_VALUE) {
            throw fields.invalid("keep_alive", FORM);
        }
        return (int) Math.ceil(seconds);
    }
}
