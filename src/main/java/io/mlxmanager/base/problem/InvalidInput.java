package io.mlxmanager.base.problem;

import java.util.List;

/** The request was understood but some of its fields are not acceptable (422); every field at fault is named. */
public final class InvalidInput extends Problem {

    private static final long serialVersionUID = 1L;

    private final transient List<FieldError> errors;

    /** @param errors at least one */
    public InvalidInput(List<FieldError> errors) {
        super(ProblemKind.INVALID_INPUT, summary(errors));
        this.errors = List.copyOf(errors);
    }

    public static InvalidInput of(String field, String message) {
        return new InvalidInput(List.of(new FieldError(field, message)));
    }

    @Override
    public List<FieldError> errors() {
        return errors == null ? List.of() : errors;
    }

    private static String summary(List<FieldError> errors) {
        if (errors.isEmpty()) {
            throw new IllegalArgumentException("invalid input without an error");
        }
        FieldError first = errors.get(0);
        String text = first.field().isEmpty() ? first.message() : first.field() + ": " + first.message();
        return errors.size() == 1 ? text : text + " (and " + (errors.size() - 1) + " more)";
    }
}
