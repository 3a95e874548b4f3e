package io.mlxmanager.base.persist;

import java.sql.SQLException;

/** Tells why the database refused. */
public final class Conflicts {

    private Conflicts() {}

    /** Whether a unique, foreign-key or not-null constraint was violated (SQL state class 23). */
    public static boolean violatesConstraint(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && sql.getSQLState().startsWith("23")) {
                return true;
            }
        }
        return false;
    }
}
