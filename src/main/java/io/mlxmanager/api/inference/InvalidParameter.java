package io.mlxmanager.api.inference;

import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.protocol.ProtocolException;
import java.util.List;
import java.util.Locale;

/** What the protocol's reader refused, as a problem: 400 with the field under the protocol's own name. */
public final class InvalidParameter extends Problem {

    private static final long serialVersionUID = 1L;

    private final transient List<FieldError> errors;

    public InvalidParameter(ProtocolException refused) {
        super(ProblemKind.BAD_REQUEST, refused.code().name().toLowerCase(Locale.ROOT), refused.getMessage(), refused);
        this.errors = refused.param()
                .map(param -> List.of(new FieldError(param, refused.getMessage())))
                .orElse(List.of());
    }

    @Override
    public List<FieldError> errors() {
        return errors == null ? List.of() : errors;
    }
}
