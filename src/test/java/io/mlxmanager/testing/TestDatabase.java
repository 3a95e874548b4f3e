package io.mlxmanager.testing;

import io.mlxmanager.base.persist.Migrations;
import io.mlxmanager.base.persist.Transactions;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityTransaction;
import jakarta.persistence.Persistence;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.sql.DataSource;
import org.apache.derby.jdbc.EmbeddedDataSource;

/** An empty Derby in memory with the real migrations and the real persistence unit, without a server. */
public final class TestDatabase implements Transactions, AutoCloseable {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final EmbeddedDataSource database;
    private final EntityManagerFactory factory;

    public TestDatabase() {
        this(empty());
    }

    /** The database in a folder of a server that is stopped; {@link #close} lets go of it. */
    public static TestDatabase at(Path folder) {
        EmbeddedDataSource source = new EmbeddedDataSource();
        source.setDatabaseName(folder.toString());
        source.setUser("mlx");
        source.setPassword("mlx");
        return new TestDatabase(source);
    }

    private TestDatabase(EmbeddedDataSource database) {
        this.database = database;
        Migrations.migrate(database);
        this.factory = Persistence.createEntityManagerFactory(
                "mlx",
                Map.of(
                        "jakarta.persistence.transactionType", "RESOURCE_LOCAL",
                        "jakarta.persistence.nonJtaDataSource", database,
                        "jakarta.persistence.jtaDataSource", "",
                        "eclipselink.target-server", "None",
                        "eclipselink.logging.level", "OFF"));
    }

    /** A database without any table. */
    public static EmbeddedDataSource empty() {
        EmbeddedDataSource source = new EmbeddedDataSource();
        source.setDatabaseName("memory:test-" + NUMBER.incrementAndGet());
        source.setCreateDatabase("create");
        source.setUser("mlx");
        source.setPassword("mlx");
        return source;
    }

    /** For statements that the product itself would never make. */
    public DataSource dataSource() {
        return database;
    }

    /** Runs one statement. */
    public void execute(String sql) {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public <T> T call(Function<EntityManager, T> work) {
        EntityManager entities = factory.createEntityManager();
        EntityTransaction transaction = entities.getTransaction();
        try (entities) {
            transaction.begin();
            T result = work.apply(entities);
            transaction.commit();
            return result;
        } finally {
            if (transaction.isActive()) {
                transaction.rollback();
            }
        }
    }

    @Override
    public void close() {
        factory.close();
        EmbeddedDataSource end = new EmbeddedDataSource();
        end.setDatabaseName(database.getDatabaseName());
        end.setConnectionAttributes(database.getDatabaseName().startsWith("memory:") ? "drop=true" : "shutdown=true");
        end.setUser("mlx");
        end.setPassword("mlx");
        try (var connection = end.getConnection()) {
            throw new IllegalStateException("ending a database gives no connection: " + connection);
        } catch (SQLException e) {
            // Derby reports a success here as an exception.
        }
    }
}
