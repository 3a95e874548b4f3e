package io.mlxmanager.base.persist;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * Brings the schema of a database to the version this release knows, and refuses one that is newer: an older release
 * would not know what the newer one relies on.
 *
 * <p>Scripts lie in {@code META-INF/db/common} and, where a statement differs, {@code META-INF/db/derby} or {@code
 * META-INF/db/postgresql}; each folder lists its own in {@code scripts.txt}.
 */
public final class Migrations {

    private static final Logger LOG = Logger.getLogger(Migrations.class.getName());

    /**
     * Warns at each connection that Derby is newer than the version it was tried with; ours is tried by our
     * tests. Held here because a logger that nobody holds forgets its level.
     */
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb.core.internal.database.base.Database");

    private Migrations() {}

    /**
     * Applies what is missing.
     *
     * @return the version of the schema afterwards
     * @throws SchemaException when the schema is newer, was changed by hand or a script fails
     */
    public static String migrate(DataSource database) {
        return migrate(database, MigrationVersion.LATEST);
    }

    static String migrate(DataSource database, MigrationVersion target) {
        FLYWAY.setLevel(Level.SEVERE);
        Flyway flyway = configure(database, target).load();
        List<MigrationInfo> known = new ArrayList<>();
        try {
            for (MigrationInfo info : flyway.info().all()) {
                refuseNewer(info, known);
                known.add(info);
            }
            int applied = flyway.migrate().migrationsExecuted;
            String version = flyway.info().current().getVersion().getVersion();
            LOG.info(() -> applied == 0
                    ? "Database schema is at version " + version
                    : "Database schema brought to version " + version + " (" + applied + " scripts)");
            return version;
        } catch (FlywayException e) {
            throw new SchemaException("the database schema could not be brought up to date: " + e.getMessage(), e);
        }
    }

    private static FluentConfiguration configure(DataSource database, MigrationVersion target) {
        return Flyway.configure(new OwnLoader())
                .dataSource(database)
                .resourceProvider(new MigrationScripts("common", vendor(database)))
                .javaMigrationClassProvider(List::of)
                .locations(new Location[0])
                .callbackLocations(new Location[0])
                .table("schema_history")
                .ignoreMigrationPatterns(new String[0])
                .cleanDisabled(true)
                .target(target);
    }

    /**
     * The application's classes behind a class of ours. Flyway looks for callbacks in a folder of its own even where it was told of
     * none, and for a class loader that is of this server by its name it reports it as an error that there is no such folder.
     */
    private static final class OwnLoader extends ClassLoader {

        OwnLoader() {
            super(Migrations.class.getClassLoader());
        }
    }

    private static void refuseNewer(MigrationInfo info, List<MigrationInfo> known) {
        if (info.getState() == MigrationState.FUTURE_SUCCESS || info.getState() == MigrationState.FUTURE_FAILED) {
            String newest = known.isEmpty()
                    ? "none"
                    : known.get(known.size() - 1).getVersion().getVersion();
            throw new SchemaException("the database has schema version "
                    + info.getVersion().getVersion() + ", this release knows versions up to " + newest
                    + "; start the newer release, or restore the backup made before its first start");
        }
    }

    private static String vendor(DataSource database) {
        try (Connection connection = database.getConnection()) {
            String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
            return product.contains("postgresql") ? "postgresql" : "derby";
        } catch (SQLException e) {
            throw new SchemaException("the database cannot be reached: " + e.getMessage(), e);
        }
    }
}
