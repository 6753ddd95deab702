package dev.ferryman.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A database beside another takes its name while somebody connects all the time. */
class DatabaseSwapTest {
    private static final Instant AT = Instant.parse("2026-03-01T10:20:30Z");

    private final TestPostgres.Database database = TestPostgres.newest().freshDatabase();
    private final PostgresTarget target = PostgresTarget.parse(database.url(), null);
    private final String job = "swap" + database.name().replaceAll("[^a-z0-9]", "");
    private final String ready = "ferryman_restored_" + job;

    @AfterEach
    void drop() {
        ScratchDatabase.drop(DatabaseSwap.maintenance(target), database.name() + "_before_20260301102030");
        ScratchDatabase.drop(DatabaseSwap.maintenance(target), ready);
        database.close();
    }

    @Test
    void the_restored_database_takes_the_name_while_an_application_reconnects_without_end() throws Exception {
        database.execute("CREATE TABLE t (what text); INSERT INTO t VALUES ('backup')");
        ScratchDatabase.copy(target, DatabaseSwap.maintenance(target), ready);
        database.execute("UPDATE t SET what = 'written since'");
        var swap = new DatabaseSwap(target, job, _ -> {});
        assertThat(swap.isReady(ready)).isTrue();
        assertThat(swap.replaced()).isEmpty();
        var stopped = new AtomicBoolean();
        var missing = new AtomicInteger();
        var sessions = new AtomicInteger();
        var application = CompletableFuture.runAsync(() -> {
            while (!stopped.get()) {
                try (Connection connection = target.connect()) {
                    sessions.incrementAndGet();
                    connection.createStatement().execute("SELECT what, pg_sleep(0.01) FROM t");
                } catch (SQLException e) {
                    if ("3D000".equals(e.getSQLState()) && !String.valueOf(e.getMessage()).contains("just")) {
                        missing.incrementAndGet();
                    }
                }
            }
        });
        String old = swap.swap(ready, AT);
        stopped.set(true);
        application.join();

        assertThat(old).isEqualTo(database.name() + "_before_20260301102030");
        assertThat(database.scalar("SELECT what FROM t")).isEqualTo("backup");
        assertThat(missing).as("looks at which there was no database of that name").hasValue(0);
        assertThat(sessions).hasPositiveValue();
        assertThat(swap.replaced()).contains(old);
        assertThat(swap.isReady(ready)).isFalse();
        try (Connection left = target.withDatabase(old).connect(); var statement = left.createStatement()) {
            assertThatThrownBy(() -> statement.execute("UPDATE t SET what = 'lost'")).hasMessageContaining("read-only");
        }
    }

    @Test
    void who_comes_too_late_replaces_nothing_of_what_was_written_since() throws Exception {
        database.execute("CREATE TABLE t (what text); INSERT INTO t VALUES ('backup')");
        ScratchDatabase.copy(target, DatabaseSwap.maintenance(target), ready);
        String old = new DatabaseSwap(target, job, _ -> {}).swap(ready, AT);
        database.execute("UPDATE t SET what = 'written since'");
        ScratchDatabase.copy(target.withDatabase(old), DatabaseSwap.maintenance(target), ready);

        assertThat(new DatabaseSwap(target, job, _ -> {}).swap(ready, AT.plusSeconds(9))).isEqualTo(old);
        assertThat(database.scalar("SELECT what FROM t")).isEqualTo("written since");
        assertThat(new DatabaseSwap(target, job + "2", _ -> {}).replaced()).as("another restore's").isEmpty();
    }

    @Test
    void a_role_that_may_not_is_told_beforehand_which_right_it_lacks() {
        String role = "role_" + job;
        database.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'p'");
        try {
            var swap = new DatabaseSwap(
                    PostgresTarget.parse("postgresql://" + role + "@" + database.server().host() + ":"
                            + database.server().port() + "/" + database.name(), Secret.of("p")),
                    job, _ -> {});
            assertThatThrownBy(swap::requireRights).isInstanceOfSatisfying(BadInputException.class, refused -> {
                assertThat(refused).hasMessageContaining("to create databases (CREATEDB), of its owner");
                assertThat(refused.next()).contains("managed service", "by hand");
            });
            new DatabaseSwap(target, job, _ -> {}).requireRights();
        } finally {
            database.execute("DROP ROLE " + role);
        }
    }
}
