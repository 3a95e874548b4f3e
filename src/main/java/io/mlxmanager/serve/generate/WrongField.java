package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import java.util.List;

/** A field of the request that does not fit the model; 400. */
final class WrongField extends Problem {

    private static final long serialVersionUID = 1L;

    private final transient FieldError error;

    WrongField(FieldError error) {
        super(ProblemKind.BAD_REQUEST, "invalid_value", error.message(), null);
        this.error = error;
    }

    @Override
    public List<FieldError> errors() {
        return error == null ? List.of() : List.of(error);
    }
}
