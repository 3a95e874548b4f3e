package io.mlxmanager.base.persist;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceUnit;
import jakarta.transaction.UserTransaction;
import javax.sql.DataSource;

/** Migrates the database before anything else starts, and offers transactions on it. */
@ApplicationScoped
public class DatabaseStart {

    /** Earlier than every observer that may read the database; later ones take a larger number. */
    public static final int PRIORITY = 100;

    @Resource(lookup = "jdbc/mlx")
    private DataSource database;

    @PersistenceUnit(unitName = "mlx")
    private EntityManagerFactory factory;

    void migrate(@Observes @Priority(PRIORITY) Startup start) {
        Migrations.migrate(database);
    }

    @Produces
    @Singleton
    Transactions transactions(UserTransaction transaction) {
        return new JtaTransactions(factory, transaction);
    }
}
