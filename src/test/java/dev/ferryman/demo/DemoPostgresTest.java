package dev.ferryman.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoPostgresTest {
    @TempDir
    Path directory;

    private static Connection connect(DemoPostgres server, String user, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + DemoPostgres.NAME, user, password);
    }

    private static String value(DemoPostgres server, String sql) throws SQLException {
        try (Connection connection = connect(server, DemoPostgres.NAME, server.password());
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void execute(DemoPostgres server, String sql) throws SQLException {
        try (Connection connection = connect(server, DemoPostgres.NAME, server.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void a_restart_keeps_data_port_and_password() throws Exception {
        String url;
        try (DemoPostgres server = DemoPostgres.start(directory)) {
            url = server.url();
            execute(server, "CREATE TABLE kept AS SELECT 42 AS answer");
            assertThat(value(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(value(server, "SHOW fsync")).isEqualTo("on");
            assertThat(Files.readString(server.passwordFile())).isEqualTo(server.password());
            assertThat(server.toString()).doesNotContain(server.password());
        }
        try (DemoPostgres server = DemoPostgres.start(directory)) {
            assertThat(server.url()).isEqualTo(url);
            assertThat(value(server, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void a_password_is_asked_of_everybody() {
        try (DemoPostgres server = DemoPostgres.start(directory)) {
            assertThatThrownBy(() -> connect(server, DemoPostgres.NAME, "wrong").close())
                    .isInstanceOf(SQLException.class).hasMessageContaining("password");
            assertThatThrownBy(() -> connect(server, "postgres", "").close()).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void a_server_that_outlived_its_process_is_taken_over_as_it_runs() throws Exception {
        try (DemoPostgres first = DemoPostgres.start(directory)) {
            execute(first, "CREATE TABLE kept AS SELECT 7 AS answer");
            try (Connection open = connect(first, DemoPostgres.NAME, first.password())) {
                DemoPostgres second = DemoPostgres.start(directory);
                assertThat(second.url()).isEqualTo(first.url());
                assertThat(value(second, "SELECT answer FROM kept")).isEqualTo("7");
                assertThat(value(second, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'leavedesk'"))
                        .isEqualTo("2");
                second.close();
                assertThat(open.isValid(1)).isFalse();
                assertThat(directory.resolve("data").resolve("postmaster.pid")).doesNotExist();
            }
        }
    }
}
