package io.mlxmanager.chat.constraint;

import io.mlxmanager.chat.constraint.Form.Repeat;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * JSON numbers between bounds. Numbers have at most fifteen digits before the point and fifteen behind it, so that every
 * reader's double holds their size and no model writes digits for ever; a number with bounds has no exponent.
 */
final class NumberForms {

    private static final int MOST_DIGITS = 15;

    private static final Form DIGIT = Form.chars(CharacterSets.DIGITS);
    private static final Form NOT_ZERO = Form.chars(CodePoints.range('1', '9'));
    private static final Form MINUS = Form.optional(Form.text("-"));
    private static final Form WHOLE =
            Form.choice(Form.text("0"), Form.sequence(NOT_ZERO, new Repeat(DIGIT, 0, MOST_DIGITS - 1)));
    private static final Form FRACTION =
            Form.optional(Form.sequence(Form.text("."), new Repeat(DIGIT, 1, MOST_DIGITS)));
    private static final Form EXPONENT = Form.optional(Form.sequence(
            Form.chars(CodePoints.of("eE")), Form.optional(Form.chars(CodePoints.of("+-"))), new Repeat(DIGIT, 1, 2)));

    static final Form INTEGER = Form.sequence(MINUS, WHOLE);
    static final Form NUMBER = Form.sequence(MINUS, WHOLE, FRACTION, EXPONENT);

    /** One end of a range. */
    record Bound(BigDecimal value, boolean included) {

        private Bound negated() {
            return new Bound(value.negate(), included);
        }
    }

    private NumberForms() {}

    /**
     * @param multipleOf what the number must be a multiple of
     * @throws GrammarException when a bound has too many digits
     */
    static Form between(boolean integer, Optional<Bound> least, Optional<Bound> most, Optional<BigDecimal> multipleOf) {
        Optional<Bound> low = integer ? least.map(bound -> wholeFrom(bound)) : least;
        Optional<Bound> high =
                integer ? most.map(bound -> wholeFrom(bound.negated()).negated()) : most;
        List<Form> options = new ArrayList<>();
        options.add(magnitudes(integer, low, high, multipleOf));
        Form negative = magnitudes(
                integer,
                Optional.of(high.map(Bound::negated)
                        .filter(bound -> bound.value.signum() > 0)
                        .orElse(new Bound(BigDecimal.ZERO, false))),
                low.map(Bound::negated),
                multipleOf);
        options.add(Form.sequence(Form.text("-"), negative));
        return new Form.Choice(options);
    }

    /** The smallest whole number that a lower bound allows. */
    private static Bound wholeFrom(Bound bound) {
        BigDecimal whole = bound.value.setScale(0, RoundingMode.CEILING);
        boolean next = !bound.included && whole.compareTo(bound.value) == 0;
        return new Bound(next ? whole.add(BigDecimal.ONE) : whole, true);
    }

    /** Numbers without a sign. */
    private static Form magnitudes(
            boolean integer, Optional<Bound> least, Optional<Bound> most, Optional<BigDecimal> multipleOf) {
        if (most.isPresent()
                && (most.get().value.signum() < 0 || (most.get().value.signum() == 0 && !most.get().included))) {
            return new Form.Choice(List.of());
        }
        List<Form> all = new ArrayList<>();
        all.add(integer ? WHOLE : Form.sequence(WHOLE, FRACTION));
        least.filter(bound -> bound.value.signum() > 0 || (bound.value.signum() == 0 && !bound.included))
                .ifPresent(bound -> all.add(beyond(bound, true)));
        most.ifPresent(bound -> all.add(beyond(bound, false)));
        multipleOf.ifPresent(of -> all.add(new Form.Multiple(of)));
        return new Form.All(all);
    }

    /** Numbers on one side of a bound: digit for digit the same, then another digit; or more digits, or fewer. */
    private static Form beyond(Bound bound, boolean above) {
        BigDecimal value = bound.value.stripTrailingZeros();
        if (value.precision() - value.scale() > MOST_DIGITS || value.scale() > MOST_DIGITS) {
            throw GrammarException.unsupported(
                    "", "has more than " + MOST_DIGITS + " digits on one side of the decimal point.");
        }
        String[] parts = value.toPlainString().split("\\.");
        String whole = parts[0];
        String fraction = parts.length > 1 ? parts[1] : "";
        List<Form> options = new ArrayList<>();
        options.add(Form.sequence(otherLength(whole, above), FRACTION));
        for (int i = 0; i < whole.length(); i++) {
            Form digit = other(whole.charAt(i), above, i == 0 && whole.length() > 1);
            Form rest = new Repeat(DIGIT, whole.length() - i - 1, whole.length() - i - 1);
            options.add(Form.sequence(Form.text(whole.substring(0, i)), digit, rest, FRACTION));
        }
        options.add(Form.sequence(Form.text(whole), fractions(fraction, bound.included, above)));
        return new Form.Choice(options);
    }

    private static Form otherLength(String whole, boolean above) {
        int length = whole.length();
        if (above) {
            return length >= MOST_DIGITS
                    ? new Form.Choice(List.of())
                    : Form.sequence(NOT_ZERO, new Repeat(DIGIT, length, MOST_DIGITS - 1));
        }
        if (length == 1) {
            return new Form.Choice(List.of());
        }
        return Form.choice(Form.text("0"), Form.sequence(NOT_ZERO, new Repeat(DIGIT, 0, length - 2)));
    }

    private static Form other(char digit, boolean above, boolean leading) {
        CodePoints set = above ? CodePoints.range(digit + 1, '9') : CodePoints.range(leading ? '1' : '0', digit - 1);
        return Form.chars(set);
    }

    /** What may follow the same whole part. */
    private static Form fractions(String fraction, boolean included, boolean above) {
        Form anyDigits = Form.any(DIGIT);
        List<Form> options = new ArrayList<>();
        for (int i = 0; i < fraction.length(); i++) {
            Form start = Form.text("." + fraction.substring(0, i));
            options.add(Form.sequence(start, other(fraction.charAt(i), above, false), anyDigits));
            if (!above) {
                options.add(i == 0 ? Form.empty() : start);
            }
        }
        Form same = Form.text(fraction.isEmpty() ? "" : "." + fraction);
        Form point = fraction.isEmpty() ? Form.text(".") : Form.empty();
        Form zeros = Form.any(Form.text("0"));
        if (included) {
            options.add(same);
            options.add(Form.sequence(same, point, zeros));
        }
        if (above) {
            options.add(Form.sequence(same, point, zeros, NOT_ZERO, anyDigits));
        }
        return new Form.Choice(options);
    }
}
