package io.mlxmanager.api.system;

import java.util.LinkedHashMap;
import java.util.Map;

/** Numbers in the text format that Prometheus and its relatives read, version 0.0.4. Used once. */
final class PrometheusText {

    static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final String PREFIX = "mlx_manager_";

    private final StringBuilder text = new StringBuilder();

    /** How a number behaves. */
    enum Kind {
        GAUGE,
        COUNTER
    }

    /** Numbers of one name, told apart by labels. */
    final class Family {

        private final String name;

        private Family(String name) {
            this.name = name;
        }

        Family add(long value, String... labels) {
            return line(Long.toString(value), labels);
        }

        Family add(double value, String... labels) {
            return line(Double.toString(value), labels);
        }

        private Family line(String value, String... labels) {
            Map<String, String> named = new LinkedHashMap<>();
            for (int i = 0; i < labels.length; i += 2) {
                named.put(labels[i], labels[i + 1]);
            }
            text.append(name);
            String separator = "{";
            for (Map.Entry<String, String> label : named.entrySet()) {
                text.append(separator)
                        .append(label.getKey())
                        .append("=\"")
                        .append(escaped(label.getValue()))
                        .append('"');
                separator = ",";
            }
            text.append(named.isEmpty() ? " " : "} ").append(value).append('\n');
            return this;
        }
    }

    /** @param help one line for people */
    Family family(String name, Kind kind, String help) {
        String full = PREFIX + name;
        text.append("# HELP ").append(full).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(full).append(kind == Kind.GAUGE ? " gauge\n" : " counter\n");
        return new Family(full);
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
