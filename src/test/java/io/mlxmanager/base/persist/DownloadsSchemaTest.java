package io.mlxmanager.base.persist;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Test;

class DownloadsSchemaTest {

    private final DataSource database = TestDatabase.empty();

    @Test
    void aDatabaseFromBeforeTheDownloadsKeepsItsRowsAndGetsTheTable() throws Exception {
        Migrations.migrate(database, MigrationVersion.fromVersion("7"));
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "INSERT INTO users (email, password_hash, is_admin, roles, status, token_generation, created_at)"
                            + " VALUES ('ada@example.org', 'x', TRUE, '', 'approved', 0, 1)");
        }

        Migrations.migrate(database);

        assertThat(count("SELECT COUNT(*) FROM users")).isEqualTo(1);
        assertThat(count("SELECT COUNT(*) FROM downloads")).isZero();
    }

    private int count(String sql) throws Exception {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
