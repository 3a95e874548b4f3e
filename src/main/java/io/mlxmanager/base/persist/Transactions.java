package io.mlxmanager.base.persist;

import jakarta.persistence.EntityManager;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Runs work in a transaction of its own. The entity manager is only valid inside the work; what the work returns must
 * not be an entity whose state matters later. An exception of the work rolls back and is passed on as it is.
 *
 * <p>Safe for use by many threads.
 */
public interface Transactions {

    /**
     * Runs the work and commits.
     *
     * @throws jakarta.persistence.PersistenceException when the database refuses, also at commit
     */
    <T> T call(Function<EntityManager, T> work);

    /** As {@link #call} for work without a result. */
    default void run(Consumer<EntityManager> work) {
        call(entities -> {
            work.accept(entities);
            return Boolean.TRUE;
        });
    }
}
