package dev.ferryman.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import org.junit.jupiter.api.Test;

class TestPostgresTest {
    @Test
    void the_newest_server_is_version_18() {
        try (var database = TestPostgres.newest().freshDatabase()) {
            assertThat(database.scalar("SHOW server_version")).startsWith("18");
        }
    }

    @Test
    void the_other_server_is_version_15() {
        try (var database = TestPostgres.fifteen().freshDatabase()) {
            assertThat(database.scalar("SHOW server_version")).startsWith("15");
        }
    }

    @Test
    void databases_are_separate_and_gone_after_closing() {
        var server = TestPostgres.newest();
        String name;
        try (var one = server.freshDatabase(); var two = server.freshDatabase()) {
            name = one.name();
            one.execute("CREATE TABLE t (a int)");
            assertThat(two.scalar("SELECT to_regclass('t')")).isNull();
        }
        try (var other = server.freshDatabase()) {
            assertThat(other.scalar("SELECT datname FROM pg_database WHERE datname = '" + name + "'")).isNull();
        }
    }

    @Test
    void the_password_is_checked() {
        try (var database = TestPostgres.newest().freshDatabase()) {
            String wrong = database.jdbcUrl().replace(TestPostgres.PASSWORD, "wrong");
            assertThatThrownBy(() -> DriverManager.getConnection(wrong).close()).hasMessageContaining("password");
        }
    }
}
