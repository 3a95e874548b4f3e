package io.mlxmanager.chat.template.python;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** {@code strftime} of a local date and time in the C locale. */
public final class Strftime {

    private static final DateTimeFormatter CLASSIC = DateTimeFormatter.ofPattern("EEE MMM", Locale.ENGLISH);

    private Strftime() {}

    /** Unknown directives are left as they are, as the C library leaves them. */
    public static String format(String pattern, LocalDateTime time) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i);
            if (c != '%' || i + 1 == pattern.length()) {
                out.append(c);
                i++;
                continue;
            }
            int end = i + 1;
            char flag = 0;
            while (end < pattern.length() - 1 && "-_0^#".indexOf(pattern.charAt(end)) >= 0) {
                flag = pattern.charAt(end);
                end++;
            }
            String value = directive(pattern.charAt(end), time);
            out.append(value == null ? pattern.substring(i, end + 1) : flagged(value, flag));
            i = end + 1;
        }
        return out.toString();
    }

    private static String flagged(String value, char flag) {
        return switch (flag) {
            case '-' -> value.replaceFirst("^[0 ]+(?=[0-9])", "");
            case '_' -> padded(value, ' ');
            case '0' -> padded(value, '0');
            case '^' -> value.toUpperCase(Locale.ROOT);
            case '#' ->
                value.equals(value.toUpperCase(Locale.ROOT))
                        ? value.toLowerCase(Locale.ROOT)
                        : value.toUpperCase(Locale.ROOT);
            default -> value;
        };
    }

    private static String padded(String value, char fill) {
        String digits = value.replaceFirst("^[0 ]+(?=[0-9])", "");
        return String.valueOf(fill).repeat(value.length() - digits.length()) + digits;
    }

    private static String directive(char letter, LocalDateTime time) {
        int hour12 = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
        return switch (letter) {
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b', 'h' -> month(time, 3);
            case 'B' -> month(time, 9);
            case 'c' ->
                CLASSIC.format(time) + " " + spaced(time.getDayOfMonth()) + " " + clock(time) + " " + time.getYear();
            case 'C' -> two(time.getYear() / 100);
            case 'd' -> two(time.getDayOfMonth());
            case 'D', 'x' ->
                two(time.getMonthValue()) + "/" + two(time.getDayOfMonth()) + "/" + two(time.getYear() % 100);
            case 'e' -> spaced(time.getDayOfMonth());
            case 'f' -> String.format("%06d", time.getNano() / 1000);
            case 'F' -> time.toLocalDate().toString();
            case 'g' -> two(time.get(IsoFields.WEEK_BASED_YEAR) % 100);
            case 'G' -> Integer.toString(time.get(IsoFields.WEEK_BASED_YEAR));
            case 'H' -> two(time.getHour());
            case 'I' -> two(hour12);
            case 'j' -> String.format("%03d", time.getDayOfYear());
            case 'k' -> spaced(time.getHour());
            case 'l' -> spaced(hour12);
            case 'm' -> two(time.getMonthValue());
            case 'M' -> two(time.getMinute());
            case 'n' -> "\n";
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'P' -> time.getHour() < 12 ? "am" : "pm";
            case 'r' ->
                two(hour12) + ":" + two(time.getMinute()) + ":" + two(time.getSecond())
                        + (time.getHour() < 12 ? " AM" : " PM");
            case 'R' -> two(time.getHour()) + ":" + two(time.getMinute());
            case 'S' -> two(time.getSecond());
            case 't' -> "\t";
            case 'T', 'X' -> clock(time);
            case 'u' -> Integer.toString(time.getDayOfWeek().getValue());
            case 'U' -> two((time.getDayOfYear() + 6 - time.getDayOfWeek().getValue() % 7) / 7);
            case 'V' -> two(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case 'w' -> Integer.toString(time.getDayOfWeek().getValue() % 7);
            case 'W' -> two((time.getDayOfYear() + 7 - time.getDayOfWeek().getValue()) / 7);
            case 'y' -> two(time.getYear() % 100);
            case 'Y' -> Integer.toString(time.get(ChronoField.YEAR));
            case 'z', 'Z' -> "";
            case '%' -> "%";
            default -> null;
        };
    }

    private static String month(LocalDateTime time, int length) {
        String name = time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
        return name.substring(0, Math.min(length, name.length()));
    }

    private static String clock(LocalDateTime time) {
        return two(time.getHour()) + ":" + two(time.getMinute()) + ":" + two(time.getSecond());
    }

    private static String two(int number) {
        return (number < 10 ? "0" : "") + number;
    }

    private static String spaced(int number) {
        return (number < 10 ? " " : "") + number;
    }
}
