package io.mlxmanager.chat.constraint;

import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The values of JSON Schema's {@code format}, as regular forms that hold no text a validator would refuse. */
final class TextFormats {

    private static final String DAY = "(?:(?:0[1-9]|1[0-9]|2[0-8])|29|30|31)";
    private static final String LEAP_YEAR =
            "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";
    private static final String DATE = "(?:[0-9]{4}-(?:(?:01|03|05|07|08|10|12)-" + DAY
            + "|(?:04|06|09|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|" + LEAP_YEAR + "-02-29)";
    private static final String CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";
    /** RFC 3339 allows more, but no place has more, and parsers refuse it. */
    private static final String OFFSET = "(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])";

    private static final String TIME = CLOCK + ":[0-5][0-9](?:\\.[0-9]{1,6})?" + OFFSET;
    private static final String AMOUNT = "[0-9]{1,4}";
    private static final String LABEL = "[A-Za-z0-9]{1,16}(?:-[A-Za-z0-9]{1,12}){0,3}";
    private static final String HOST = "(?:" + LABEL + "\\.){0,4}[A-Za-z]{2,12}";
    private static final String BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final String GROUP = "[0-9a-fA-F]{1,4}";

    private static final Map<String, Form> FORMATS = Map.of(
            "date", RegexReader.whole(DATE),
            "time", RegexReader.whole(TIME),
            "date-time", RegexReader.whole(DATE + "T" + TIME),
            "duration", RegexReader.whole(duration()),
            "email",
                    RegexReader.whole("[A-Za-z0-9_+-]{1,24}(?:\\.[A-Za-z0-9_+-]{1,12}){0,2}@(?:" + LABEL
                            + "\\.){1,3}[A-Za-z]{2,12}"),
            "hostname", RegexReader.whole(HOST),
            "ipv4", RegexReader.whole(BYTE + "(?:\\." + BYTE + "){3}"),
            "ipv6", RegexReader.whole(ipv6()),
            "uuid", RegexReader.whole("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"));

    private TextFormats() {}

    static Optional<Form> of(String name) {
        return Optional.ofNullable(FORMATS.get(name));
    }

    static String names() {
        return String.join(", ", new TreeSet<>(FORMATS.keySet()));
    }

    private static String duration() {
        String days = AMOUNT + "D";
        String months = AMOUNT + "M(?:" + days + ")?";
        String years = AMOUNT + "Y(?:" + months + ")?";
        String seconds = AMOUNT + "S";
        String minutes = AMOUNT + "M(?:" + seconds + ")?";
        String hours = AMOUNT + "H(?:" + minutes + ")?";
        String time = "T(?:" + hours + "|" + minutes + "|" + seconds + ")";
        return "P(?:(?:" + years + "|" + months + "|" + days + ")(?:" + time + ")?|" + time + "|" + AMOUNT + "W)";
    }

    /** All eight groups, or fewer around one double colon. */
    private static String ipv6() {
        StringBuilder forms = new StringBuilder("(?:" + GROUP + ":){7}" + GROUP);
        for (int before = 0; before <= 6; before++) {
            String start = before == 0 ? ":" : "(?:" + GROUP + ":){" + before + "}";
            String rest = 6 - before == 0 ? ":" + GROUP : "(?::" + GROUP + "){1," + (7 - before) + "}";
            forms.append("|").append(start).append(rest);
        }
        return forms.append("|(?:").append(GROUP).append(":){1,7}:|::").toString();
    }
}
