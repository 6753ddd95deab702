package dev.ferryman.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.ClientPrograms;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dump of a state store whose logs somebody has changed. */
class StateRestoreTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @Test
    void a_dump_whose_logs_are_not_whole_is_refused_before_it_takes_the_place_or_said_to_have_taken_it()
            throws Exception {
        PostgresTools tools = ClientPrograms.installed();
        try (var other = TestPostgres.fifteen().freshDatabase(); var store = TestPostgres.fifteen().freshDatabase()) {
            other.execute("CREATE TABLE event (what text); INSERT INTO event VALUES ('changed')");
            store.execute("CREATE TABLE event (what text); INSERT INTO event VALUES ('ours')");
            Path dump = new TargetDump(PostgresTarget.parse(other.url(), null), tools, LIMIT, Clock.systemUTC())
                    .take(directory, _ -> {}).path();
            var restore = new StateRestore(tools, LIMIT, Clock.systemUTC());
            PostgresTarget target = PostgresTarget.parse(store.url(), null);

            assertThatThrownBy(() -> restore.postgres(dump, target, StateRestoreTest::broken))
                    .isInstanceOf(BadInputException.class).hasMessageContaining("of c1 is not as it was written")
                    .hasMessageNotContaining("holds it now");
            assertThat(store.scalar("SELECT what FROM event")).isEqualTo("ours");
            assertThat(store.scalar("SELECT count(*) FROM pg_database WHERE datname = 'ferryman_state_proof'"))
                    .isEqualTo("0");

            String role = "plain_" + store.name();
            store.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'plain'; ALTER TABLE event OWNER TO " + role
                    + "; GRANT ALL ON SCHEMA public TO " + role);
            try {
                PostgresTarget plain = PostgresTarget.parse(store.urlWithoutPassword().replace(TestPostgres.USER + "@",
                        role + "@"), Secret.of("plain"));
                assertThatThrownBy(() -> restore.postgres(dump, plain, StateRestoreTest::broken))
                        .hasMessageContaining("holds it now");
                assertThat(store.scalar("SELECT what FROM event")).isEqualTo("changed");
            } finally {
                store.execute("DROP OWNED BY " + role + "; DROP ROLE " + role);
            }
        }
    }

    private static List<String> broken(Connection connection) {
        try (var statement = connection.createStatement(); var row = statement.executeQuery("SELECT what FROM event")) {
            return row.next() && row.getString(1).equals("changed") ? List.of("c1") : List.of();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
