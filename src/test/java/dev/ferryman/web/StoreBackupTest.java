package dev.ferryman.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.Ferryman;
import dev.ferryman.access.Role;
import dev.ferryman.access.Users;
import dev.ferryman.cli.CommandLineFace;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.ClientPrograms;
import dev.ferryman.testing.LiveSite;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Ferryman's own state: backed up beside a service that runs, restored where none does. */
@StateStores.OnSqlite
class StoreBackupTest {
    @LocalServerPort
    int port;
    @Autowired
    Users users;
    @Value("${ferryman.store.url}")
    String store;
    @TempDir
    Path directory;

    @Test
    void what_was_backed_up_comes_back_with_every_event_and_a_running_service_is_left_alone() throws Exception {
        String cutover = cutover();
        Path backup = directory.resolve("backup.db");
        assertThat(ferryman(0, "backup-store", "--store", store, "--to", backup.toString())).contains("SHA-256",
                "Every event in it is as it was written");
        assertThat(ferryman(2, "backup-store", "--store", store, "--to", backup.toString()))
                .contains("is there already");
        assertThat(ferryman(2, "restore-store", "--store", store, "--from", backup.toString()))
                .contains("is in use by");

        assertThat(ferryman(0, "restore-store", "--store", elsewhere(), "--from", backup.toString()))
                .contains("every event in it is as it was written");
        assertThat(log(elsewhere(), cutover)).isEqualTo(log(store, cutover)).contains("whole, last hash");
        assertThat(ferryman(0, "restore-store", "--store", elsewhere(), "--from", backup.toString()))
                .contains("What was there before is " + directory.resolve("restored.db.before-"));

        Files.write(backup, new byte[64], StandardOpenOption.WRITE);
        assertThat(ferryman(2, "restore-store", "--store", elsewhere(), "--from", backup.toString()))
                .contains("is no backup of a state store");
        assertThat(log(elsewhere(), cutover)).as("as it was").contains("whole, last hash");
    }

    @Test
    void a_log_that_a_removed_store_left_behind_does_not_get_into_the_restored_one() throws Exception {
        String cutover = cutover();
        Path backup = directory.resolve("backup.db");
        ferryman(0, "backup-store", "--store", store, "--to", backup.toString());
        ferryman(0, "restore-store", "--store", elsewhere(), "--from", backup.toString());
        byte[] left;
        try (var connection = DriverManager.getConnection(elsewhere());
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE later (id INTEGER PRIMARY KEY)");
            left = Files.readAllBytes(directory.resolve("restored.db-wal"));
        }
        Files.delete(directory.resolve("restored.db"));
        Files.write(directory.resolve("restored.db-wal"), left);

        ferryman(0, "restore-store", "--store", elsewhere(), "--from", backup.toString());

        assertThat(log(elsewhere(), cutover)).contains("whole, last hash");
        try (var connection = DriverManager.getConnection(elsewhere());
                var statement = connection.createStatement();
                var tables = statement.executeQuery("SELECT count(*) FROM sqlite_master WHERE name = 'later'")) {
            assertThat(tables.next()).isTrue();
            assertThat(tables.getInt(1)).isZero();
        }
    }

    @Test
    void a_backup_in_which_somebody_has_changed_an_event_is_refused_and_the_store_stays() throws Exception {
        cutover();
        Path backup = directory.resolve("backup.db");
        ferryman(0, "backup-store", "--store", store, "--to", backup.toString());
        ferryman(0, "restore-store", "--store", elsewhere(), "--from", backup.toString());
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + backup);
                var statement = connection.createStatement()) {
            statement.execute("DROP TRIGGER event_no_update");
            statement.execute("UPDATE event SET actor_name = 'Eve' WHERE seq = 1");
        }

        assertThat(ferryman(2, "restore-store", "--store", elsewhere(), "--from", backup.toString()))
                .contains("is not as it was written");
        assertThat(ferryman(0, "verify-log", "--store", elsewhere())).contains("Every event is as it was written");
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrder("backup.db", "restored.db", "restored.db.lock");
        }
    }

    @Test
    void nobody_gets_in_with_a_backup_and_no_restore_revives_a_session() throws Exception {
        String name = "backed-up";
        users.create(name, "B", Set.of(Role.VIEWER), Secret.of("a long enough password"));
        new Visitor(port, name, "a long enough password");
        List<String> sessions = column(store, "SELECT session_id FROM access_session");
        assertThat(sessions).isNotEmpty();
        Path backup = directory.resolve("backup.db");
        ferryman(0, "backup-store", "--store", store, "--to", backup.toString());

        assertThat(column("jdbc:sqlite:" + backup, "SELECT session_id FROM access_session")).isEmpty();
        assertThat(column("jdbc:sqlite:" + backup, "SELECT attribute_name FROM access_session_attributes")).isEmpty();
        assertThat(column("jdbc:sqlite:" + backup, "SELECT username FROM access_user")).contains(name);
        assertThat(Files.readString(backup, StandardCharsets.ISO_8859_1)).as("nor in what is free")
                .doesNotContain(sessions);
        assertThat(column(store, "SELECT session_id FROM access_session")).as("they go on").containsAll(sessions);
        try (var files = Files.list(directory)) {
            assertThat(files).as("nothing else is left").containsExactly(backup);
        }
    }

    @Test
    void a_store_on_postgresql_is_dumped_and_restored_in_one_transaction() throws Exception {
        ClientPrograms.installed();
        Path backup = directory.resolve("backup.dump");
        try (var first = TestPostgres.fifteen().freshDatabase(); var second = TestPostgres.fifteen().freshDatabase()) {
            try (var service = new SpringApplicationBuilder(Ferryman.class).run("--server.port=0",
                    "--server.address=127.0.0.1", "--ferryman.store.url=" + first.jdbcUrl())) {
                service.getBean(Users.class).create("kept", "Kept", Set.of(Role.VIEWER),
                        Secret.of("a long enough password"));
                new Visitor(service.getEnvironment().getRequiredProperty("local.server.port", Integer.class), "kept",
                        "a long enough password");
                assertThat(first.scalar("SELECT count(*) > 0 FROM access_session_attributes")).isEqualTo("t");
                ferryman(0, "backup-store", "--store", first.jdbcUrl(), "--to", backup.toString());
                assertThat(ferryman(2, "restore-store", "--store", first.jdbcUrl(), "--from", backup.toString()))
                        .contains("A Ferryman is connected");
            }
            for (int i = 0; i < 2; i++) {
                ferryman(0, "restore-store", "--store", second.jdbcUrl(), "--from", backup.toString());
                assertThat(second.scalar("SELECT display_name FROM access_user WHERE username = 'kept'"))
                        .isEqualTo("Kept");
                assertThat(second.scalar("SELECT (SELECT count(*) FROM access_session)"
                        + " + (SELECT count(*) FROM access_session_attributes)")).as("sessions").isEqualTo("0");
            }
        }
    }

    private String cutover() {
        try (LiveSite site = new LiveSite()) {
            return new Crew(port, users, site).create("Kept").replace("/cutovers/", "");
        }
    }

    private static List<String> column(String url, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (var connection = DriverManager.getConnection(url);
                var row = connection.createStatement().executeQuery(sql)) {
            while (row.next()) {
                values.add(row.getString(1));
            }
        }
        return values;
    }

    private String elsewhere() {
        return "jdbc:sqlite:" + directory.resolve("restored.db");
    }

    private static String log(String url, String cutover) {
        return ferryman(0, "verify-log", "--store", url, "--cutover", cutover);
    }

    private static String ferryman(int status, String... arguments) {
        StringWriter said = new StringWriter();
        int exit = CommandLineFace.run(arguments, new PrintWriter(said, true), new PrintWriter(said, true), false);
        assertThat(exit).as(String.join(" ", arguments) + ": " + said).isEqualTo(status);
        return said.toString();
    }
}
