package io.mlxmanager.manage.identity;

import io.mlxmanager.base.problem.InvalidInput;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An e-mail address in the one form in which it is stored, compared and looked up: no blanks around it, lower case.
 *
 * @param value normalised and plausible; at most 254 characters
 */
public record EmailAddress(String value) {

    public static final int MAX_LENGTH = 254;

    // Plausible, not provable: only a message that arrives proves an address. Linear, no nested repetition.
    private static final Pattern FORM =
            Pattern.compile("[^\\s@\"<>(),:;\\[\\]\\\\\\p{Cntrl}]{1,64}@[\\p{Alnum}](?:[\\p{L}\\p{N}.-]{0,252})");

    public EmailAddress {
        if (!isPlausible(value)) {
            throw new IllegalArgumentException("not a normalised e-mail address");
        }
    }

    /**
     * Normalises and checks what a person typed.
     *
     * @param field name of the field to blame
     * @throws InvalidInput naming the field when it is no e-mail address
     */
    public static EmailAddress of(String field, String text) {
        String normalised = normalise(text);
        if (!isPlausible(normalised)) {
            throw InvalidInput.of(field, "must be an e-mail address such as name@example.org");
        }
        return new EmailAddress(normalised);
    }

    /** Trims and lower-cases, whether or not the result is an address. */
    public static String normalise(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }

    /** Whether the text, once normalised, is an e-mail address. */
    public static boolean isAddress(String text) {
        return isPlausible(normalise(text));
    }

    private static boolean isPlausible(String text) {
        if (text.length() > MAX_LENGTH
                || !text.equals(normalise(text))
                || !FORM.matcher(text).matches()) {
            return false;
        }
        String domain = text.substring(text.indexOf('@') + 1);
        return !domain.contains("..") && !domain.endsWith(".") && !domain.endsWith("-");
    }

    @Override
    public String toString() {
        return value;
    }
}
