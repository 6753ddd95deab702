package dev.ferryman.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.testing.TestPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostgresTargetCheckTest {
    private final TestPostgres.Database database = TestPostgres.newest().freshDatabase();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void a_fit_server_passes_on_the_newest_and_the_oldest_version() {
        assertThatCode(() -> PostgresTarget.parse(database.url(), null).check()).doesNotThrowAnyException();
        try (var old = TestPostgres.fifteen().freshDatabase()) {
            assertThatCode(() -> PostgresTarget.parse(old.url(), null).check("app")).doesNotThrowAnyException();
        }
    }

    @Test
    void a_session_speaks_utc_and_names_itself() throws Exception {
        try (var connection = PostgresTarget.parse(database.jdbcUrl(), null).connect();
                var row = connection.createStatement().executeQuery(
                        "SELECT current_setting('timezone'), current_setting('application_name')")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("UTC");
            assertThat(row.getString(2)).isEqualTo("ferryman");
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    @Test
    void a_password_given_apart_is_used_and_a_wrong_one_is_named_as_such() {
        assertThatCode(() -> PostgresTarget
                .parse(database.urlWithoutPassword(), Secret.of(TestPostgres.PASSWORD)).check())
                .doesNotThrowAnyException();
        assertRefused(database.urlWithoutPassword(), Secret.of("hunter2"), "refuses the password");
        assertRefused(database.urlWithoutPassword(), Secret.of(""), "");
    }

    @Test
    void an_unknown_database_is_named_as_such() {
        assertRefused(database.url() + "_none", null, "has no database of that name");
    }

    @Test
    void missing_rights_are_named_with_the_role() {
        var role = "clerk_" + database.name();
        database.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'x'");
        try {
            var url = database.url().replace("postgres:" + TestPostgres.PASSWORD, role + ":x");
            assertRefused(url, null, "The role " + role + " may not create a schema");
            database.execute("GRANT CREATE ON DATABASE " + database.name() + " TO " + role);
            assertRefused(url, null, "The role " + role + " may not create tables in schema public");
            database.execute("GRANT CREATE ON SCHEMA public TO " + role);
            assertThatCode(() -> PostgresTarget.parse(url, null).check()).doesNotThrowAnyException();
        } finally {
            database.execute("DROP OWNED BY " + role + "; DROP ROLE " + role);
        }
    }

    @Test
    void a_read_only_database_is_refused() {
        database.execute("ALTER DATABASE " + database.name() + " SET default_transaction_read_only = on");
        assertRefused(database.url(), null, "is read-only");
    }

    private static void assertRefused(String url, @org.jspecify.annotations.Nullable Secret password, String message) {
        assertThatThrownBy(() -> PostgresTarget.parse(url, password).check()).isInstanceOf(BadInputException.class)
                .hasMessageContaining(message).hasMessageNotContaining("hunter2");
    }
}
