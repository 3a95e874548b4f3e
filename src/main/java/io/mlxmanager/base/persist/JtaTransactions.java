package io.mlxmanager.base.persist;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.util.function.Function;

/** Transactions of the server's transaction service; for threads that the server manages. */
public final class JtaTransactions implements Transactions {

    private final EntityManagerFactory factory;
    private final UserTransaction transaction;

    public JtaTransactions(EntityManagerFactory factory, UserTransaction transaction) {
        this.factory = factory;
        this.transaction = transaction;
    }

    @Override
    public <T> T call(Function<EntityManager, T> work) {
        begin();
        boolean done = false;
        // Made inside the transaction so that it joins it.
        try (EntityManager entities = factory.createEntityManager()) {
            T result = work.apply(entities);
            entities.flush();
            commit();
            done = true;
            return result;
        } finally {
            if (!done) {
                rollback();
            }
        }
    }

    private void begin() {
        try {
            transaction.begin();
        } catch (NotSupportedException | SystemException e) {
            throw new PersistenceException("cannot begin a transaction", e);
        }
    }

    private void commit() {
        try {
            transaction.commit();
        } catch (RollbackException | HeuristicMixedException | HeuristicRollbackException | SystemException e) {
            throw new PersistenceException("cannot commit", e);
        }
    }

    private void rollback() {
        try {
            if (transaction.getStatus() != jakarta.transaction.Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
        } catch (SystemException e) {
            throw new PersistenceException("cannot roll back", e);
        }
    }
}
