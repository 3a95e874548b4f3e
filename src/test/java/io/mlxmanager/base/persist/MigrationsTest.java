package io.mlxmanager.base.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Test;

class MigrationsTest {

    private static final Path SCRIPTS = Path.of("src/main/resources/META-INF/db/common");

    private final DataSource database = TestDatabase.empty();

    @Test
    void anEmptyDatabaseIsBroughtToTheNewestVersionAndStaysThere() throws Exception {
        assertThat(Migrations.migrate(database)).isEqualTo(Integer.toString(newest()));
        assertThat(Migrations.migrate(database)).isEqualTo(Integer.toString(newest()));
    }

    @Test
    void aDatabaseOfTheVersionBeforeKeepsItsRows() throws Exception {
        Migrations.migrate(database, MigrationVersion.fromVersion("1"));
        execute("INSERT INTO users (email, password_hash, is_admin, roles, status, token_generation, created_at)"
                + " VALUES ('ada@example.org', 'x', TRUE, '', 'approved', 0, 1)");

        Migrations.migrate(database);

        assertThat(count("SELECT COUNT(*) FROM users WHERE email = 'ada@example.org'"))
                .isEqualTo(1);
        assertThat(count("SELECT COUNT(*) FROM audit_records")).isZero();
    }

    @Test
    void aDatabaseWithoutProfilesAndSettingsGetsThemAndKeepsItsUsers() throws Exception {
        Migrations.migrate(database, MigrationVersion.fromVersion("7"));
        execute("INSERT INTO users (email, password_hash, is_admin, roles, status, token_generation, created_at)"
                + " VALUES ('ada@example.org', 'x', TRUE, '', 'approved', 0, 1)");

        Migrations.migrate(database);

        assertThat(count("SELECT COUNT(*) FROM users")).isEqualTo(1);
        assertThat(count("SELECT COUNT(*) FROM profiles")).isZero();
        assertThat(count("SELECT COUNT(*) FROM settings")).isZero();
    }

    @Test
    void aProfileOfTheVersionBeforeHasNoDraftModel() throws Exception {
        Migrations.migrate(database, MigrationVersion.fromVersion("12"));
        execute("INSERT INTO profiles (name, model_id, model_type, auto_start, pinned, model_options, created_at,"
                + " updated_at) VALUES ('notes', 'a/b', 'text', FALSE, FALSE, '{}', 1, 1)");

        Migrations.migrate(database);

        assertThat(count("SELECT COUNT(*) FROM profiles WHERE name = 'notes' AND draft_model IS NULL"))
                .isEqualTo(1);
    }

    @Test
    void responsesGoWithTheUserWhoseTheyAre() throws Exception {
        Migrations.migrate(database, MigrationVersion.fromVersion("10"));
        execute("INSERT INTO users (id, email, password_hash, is_admin, roles, status, token_generation, created_at)"
                + " VALUES (7, 'ada@example.org', 'x', TRUE, '', 'approved', 0, 1)");

        Migrations.migrate(database);

        execute("INSERT INTO responses (id, user_id, created_at, expires_at) VALUES ('resp_1', 7, 1, 2)");
        execute("INSERT INTO response_pieces (response_id, part, content) VALUES ('resp_1', 0, '{}')");
        execute("DELETE FROM users WHERE id = 7");
        assertThat(count("SELECT COUNT(*) FROM responses")).isZero();
        assertThat(count("SELECT COUNT(*) FROM response_pieces")).isZero();
    }

    @Test
    void aDatabaseWithoutConversationsGetsThemAndTheyEndWithTheirUser() throws Exception {
        Migrations.migrate(database, MigrationVersion.fromVersion("10"));
        execute("INSERT INTO users (email, password_hash, is_admin, roles, status, token_generation, created_at)"
                + " VALUES ('ada@example.org', 'x', TRUE, '', 'approved', 0, 1)");

        Migrations.migrate(database);

        execute("INSERT INTO conversations (id, user_id, title, settings, created_at, updated_at)"
                + " SELECT 'c1', id, 'Foxes', '{}', 1, 1 FROM users");
        execute("INSERT INTO conversation_messages"
                + " (conversation_id, message_id, role, content, details, size_bytes, created_at)"
                + " VALUES ('c1', 'm1', 'user', 'Hello', '{}', 7, 1)");
        execute("DELETE FROM users");
        assertThat(count("SELECT COUNT(*) FROM conversation_messages")).isZero();
    }

    @Test
    void aNewerSchemaIsRefusedWithBothVersions() throws Exception {
        Migrations.migrate(database);
        execute(
                "INSERT INTO \"schema_history\" (\"installed_rank\", \"version\", \"description\", \"type\", \"script\","
                        + " \"checksum\", \"installed_by\", \"execution_time\", \"success\")"
                        + " VALUES (999, '999', 'future', 'SQL', 'V999__future.sql', 1, 'mlx', 1, TRUE)");

        assertThatThrownBy(() -> Migrations.migrate(database))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("999")
                .hasMessageContaining("up to " + newest());
    }

    @Test
    void aScriptChangedAfterItWasAppliedIsNoticed() throws Exception {
        Migrations.migrate(database);
        execute("UPDATE \"schema_history\" SET \"checksum\" = 1 WHERE \"version\" = '1'");

        assertThatThrownBy(() -> Migrations.migrate(database)).isInstanceOf(SchemaException.class);
    }

    @Test
    void everyFolderListsItsScripts() throws IOException {
        try (var folders = Files.list(SCRIPTS.getParent())) {
            for (Path folder : folders.toList()) {
                try (var files = Files.list(folder)) {
                    assertThat(Files.readAllLines(folder.resolve("scripts.txt")))
                            .containsExactlyInAnyOrderElementsOf(
                                    files.map(file -> file.getFileName().toString())
                                            .filter(name -> name.endsWith(".sql"))
                                            .toList());
                }
            }
        }
    }

    private static int newest() throws IOException {
        try (var scripts = Files.walk(SCRIPTS.getParent())) {
            return scripts.map(script -> script.getFileName().toString())
                    .filter(name -> name.endsWith(".sql"))
                    .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf("__"))))
                    .max()
                    .orElseThrow();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private int count(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
