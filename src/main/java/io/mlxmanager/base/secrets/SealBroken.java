package io.mlxmanager.base.secrets;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;

/** A sealed value cannot be opened with any secret that is configured; only entering it again helps. */
public final class SealBroken extends Problem {

    private static final long serialVersionUID = 1L;

    SealBroken(Throwable cause) {
        super(
                ProblemKind.BAD_REQUEST,
                "seal_broken",
                "The stored key cannot be decrypted: please re-enter the key",
                cause);
    }
}
