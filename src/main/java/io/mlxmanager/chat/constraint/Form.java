package io.mlxmanager.chat.constraint;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a piece of text may look like. Forms are values: equal ones are written alike. A <em>regular</em> form holds no
 * {@link Reference}, {@link Marker} or {@link Quoted}.
 */
public sealed interface Form {

    /** Nothing at all. */
    static Form empty() {
        return new Sequence(List.of());
    }

    /** Exactly this text, possibly empty. */
    record Text(String text) implements Form {}

    /** One character of a set. */
    record Chars(CodePoints set) implements Form {}

    /** One after the other. */
    record Sequence(List<Form> parts) implements Form {
        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    /** Any one of them; none of none. */
    record Choice(List<Form> options) implements Form {
        public Choice {
            options = List.copyOf(options);
        }
    }

    /**
     * The same form several times.
     *
     * @param most {@link #UNBOUNDED} for any number
     */
    record Repeat(Form form, int least, int most) implements Form {

        public static final int UNBOUNDED = -1;

        public Repeat {
            if (least < 0 || (most != UNBOUNDED && most < least)) {
                throw new IllegalArgumentException("repeated " + least + " to " + most + " times");
            }
        }
    }

    /** What the grammar's rule of this name says. */
    record Reference(String rule) implements Form {}

    /** A text that many vocabularies have as one special token, which is taken then. */
    record Marker(String text) implements Form {}

    /** A JSON string whose value has a regular form. */
    record Quoted(Form value) implements Form {}

    /** What several regular forms have in common. */
    record All(List<Form> forms) implements Form {
        public All {
            forms = List.copyOf(forms);
        }
    }

    /** Any text that is none of these words. Regular. */
    record Except(List<String> words) implements Form {
        public Except {
            words = List.copyOf(words);
        }
    }

    /** A decimal number without sign or exponent that is a multiple of another one. Regular. */
    record Multiple(BigDecimal of) implements Form {}

    /**
     * Any text that ends with the first occurrence of {@code end}. Regular.
     *
     * @param anyCase whether letters of {@code end} match in either case
     */
    record UpTo(String end, boolean anyCase) implements Form {}

    /** Any text in which this one does not occur. Regular. */
    record Without(String text) implements Form {}

    /** The same form with its parts that are neither sequences, choices nor repetitions replaced. */
    default Form map(UnaryOperator<Form> part) {
        if (this instanceof Sequence sequence) {
            return new Sequence(
                    sequence.parts.stream().map(each -> each.map(part)).toList());
        }
        if (this instanceof Choice choice) {
            return new Choice(
                    choice.options.stream().map(each -> each.map(part)).toList());
        }
        if (this instanceof Repeat repeat) {
            return new Repeat(repeat.form.map(part), repeat.least, repeat.most);
        }
        return part.apply(this);
    }

    static Form text(String text) {
        return new Text(text);
    }

    static Form chars(CodePoints set) {
        return new Chars(set);
    }

    static Form sequence(Form... parts) {
        return new Sequence(List.of(parts));
    }

    static Form choice(Form... options) {
        return new Choice(List.of(options));
    }

    static Form optional(Form form) {
        return new Repeat(form, 0, 1);
    }

    static Form any(Form form) {
        return new Repeat(form, 0, Repeat.UNBOUNDED);
    }
}
