package io.mlxmanager.serve.tools;

import io.mlxmanager.base.json.JsonFields;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.text.Normalizer;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The time in a city for which the time zone database has a name. */
final class CityClock implements DemoTool {

    private static final int MAX_CITY = 100;

    private final Clock clock;

    CityClock(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "get_time";
    }

    @Override
    public String description() {
        return "Get the current time in a city.";
    }

    @Override
    public JsonObject parameters() {
        return new ToolSchema().required("city", "string", "The city name").build();
    }

    @Override
    public JsonObjectBuilder run(JsonFields arguments) {
        String city = arguments.requiredString("city", MAX_CITY).strip();
        arguments.end();
        ZoneId zone = zone(city)
                .orElseThrow(() -> new ToolFailure("the time zone of '" + city + "' is not known; try a larger city"));
        ZonedDateTime now = ZonedDateTime.now(clock.withZone(zone)).truncatedTo(ChronoUnit.SECONDS);
        return Json.createObjectBuilder()
                .add("city", city)
                .add("time", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(now))
                .add("timezone", zone.getId());
    }

    /** The shortest of several zones of one name is the present one: Europe/Oslo, not a former alias. */
    private static Optional<ZoneId> zone(String city) {
        String wanted = plain(city);
        return ZoneId.getAvailableZoneIds().stream()
                .filter(id -> id.contains("/") && !id.startsWith("Etc/") && !id.startsWith("SystemV/"))
                .filter(id -> plain(id.substring(id.lastIndexOf('/') + 1)).equals(wanted))
                .min(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .map(ZoneId::of);
    }

    /** São Paulo is Sao_Paulo in the database. */
    private static String plain(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .replace('_', ' ')
                .replace('-', ' ')
                .toLowerCase(Locale.ROOT);
    }
}
