package io.mlxmanager.serve.probe;

import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Listens to a probe and makes a page of Markdown of it, to be copied into an issue or a note. Confined to one thread. */
public final class ProbeReport {

    private record Line(String step, String status, Duration time, String error) {}

    private final String model;
    private final String server;
    private final Instant began;
    private final List<Line> lines = new ArrayList<>();
    private final Map<String, JsonValue> findings = new LinkedHashMap<>();
    private final List<ProbeEvent.Diagnostic> remarks = new ArrayList<>();
    private Instant last;

    /** @param server version and engine, for the head of the page */
    public ProbeReport(String model, String server, Instant now) {
        this.model = model;
        this.server = server;
        this.began = now;
        this.last = now;
    }

    /** Takes in what happened. */
    public void add(ProbeEvent event, Instant now) {
        remarks.addAll(event.diagnostics());
        if (event.capability() != null) {
            findings.put(event.capability(), event.value());
        }
        boolean ended = !event.status().equals("running") && event.diagnostics().isEmpty();
        if (ended && !event.step().startsWith("probe_")) {
            addLine(event, Duration.between(last, now));
        }
        last = now;
    }

    /** A step that found several things is one line. */
    private void addLine(ProbeEvent event, Duration time) {
        Duration before = Duration.ZERO;
        if (!lines.isEmpty() && lines.get(lines.size() - 1).step().equals(event.step())) {
            before = lines.remove(lines.size() - 1).time();
        }
        lines.add(new Line(event.step(), event.status(), before.plus(time), event.error()));
    }

    /** The page as far as it has come. */
    public String markdown() {
        StringBuilder page = new StringBuilder();
        page.append("# Probe of ").append(text(model)).append("\n\n");
        page.append(server)
                .append(", ")
                .append(began.truncatedTo(ChronoUnit.SECONDS))
                .append("\n\n");
        page.append("| finding | value |\n|---|---|\n");
        findings.forEach((name, value) ->
                page.append("| ").append(name).append(" | ").append(text(value)).append(" |\n"));
        page.append("\n| step | result | seconds |\n|---|---|---|\n");
        for (Line line : lines) {
            String result = line.error() == null ? line.status() : line.status() + ": " + line.error();
            page.append("| ")
                    .append(line.step())
                    .append(" | ")
                    .append(text(result))
                    .append(" | ");
            page.append(String.format(Locale.ROOT, "%.1f", line.time().toMillis() / 1000.0))
                    .append(" |\n");
        }
        if (!remarks.isEmpty()) {
            page.append('\n');
            remarks.forEach(remark -> page.append("- ")
                    .append(remark.level())
                    .append(": ")
                    .append(text(remark.message()))
                    .append('\n'));
        }
        return page.toString();
    }

    private static String text(JsonValue value) {
        return text(value instanceof JsonString string ? string.getString() : value.toString());
    }

    /** What comes from a model's files must not break the table or become markup. */
    private static String text(String value) {
        return value.replaceAll("[\\r\\n]+", " ").replaceAll("([\\\\|`*_<>\\[\\]])", "\\\\$1");
    }
}
