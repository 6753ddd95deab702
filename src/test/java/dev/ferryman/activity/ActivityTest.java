package dev.ferryman.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ferryman.activity.Activity.Place;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/** Sessions that wait for each other on a real server, and what becomes of them. */
class ActivityTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final TestPostgres.Database database = TestPostgres.fifteen().freshDatabase();
    private final PostgresTarget target = PostgresTarget.parse(database.url(), null);
    private final List<Connection> connections = new ArrayList<>();
    private final List<String> roles = new ArrayList<>();

    @BeforeEach
    void tables() {
        database.execute("CREATE TABLE notes (id bigint PRIMARY KEY, body text);"
                + "INSERT INTO notes VALUES (1, 'one'), (2, 'two')");
    }

    @AfterEach
    void end() throws Exception {
        for (Connection connection : connections) {
            connection.close();
        }
        database.close();
        for (String role : roles) {
            try (var admin = TestPostgres.fifteen().freshDatabase()) {
                admin.execute("DROP ROLE " + role);
            }
        }
    }

    @Test
    void a_chain_of_three_is_told_from_its_root_who_is_idle_in_a_transaction() throws Exception {
        Connection reader = session("report");
        run(reader, "BEGIN");
        run(reader, "SELECT * FROM notes");
        Connection changer = session("migration");
        CompletableFuture<Void> change = later(changer, "ALTER TABLE notes ADD COLUMN author text");
        seen(now -> now.queue().size() == 2);
        Connection app = session("shop");
        CompletableFuture<Void> read = later(app, "SELECT * FROM notes WHERE body = 'one'");

        Activity now = seen(it -> it.queue().size() == 3);

        assertThat(now.waiting()).isEqualTo(2);
        assertThat(now.queue()).extracting(Place::depth).containsExactly(0, 1, 2);
        assertThat(now.queue()).extracting(place -> place.backend().pid()).containsExactly(pid(reader), pid(changer),
                pid(app));
        Place root = now.queue().getFirst();
        assertThat(root.behind()).containsExactly(pid(changer), pid(app));
        assertThat(root.backend().idleInTransaction()).isTrue();
        assertThat(root.backend().holds()).contains("AccessShareLock on notes");
        assertThat(root.backend().objection(BackendSignal.CANCEL)).contains("runs no statement");
        assertThat(root.backend().objection(BackendSignal.TERMINATE)).isEmpty();
        Backend second = now.queue().get(1).backend();
        assertThat(awaited(second).what()).isEqualTo("AccessExclusiveLock on notes");
        assertThat(awaited(second).blockers()).containsExactly(pid(reader));
        assertThat(second.application()).isEqualTo("migration");
        assertThat(awaited(now.queue().get(2).backend()).blockers()).containsExactly(pid(changer));
        assertThat(now.queue().get(2).backend().text()).contains("body = 'one'");
        assertThat(now.withoutText().queue()).allMatch(place -> place.backend().text() == null);

        assertThat(send(BackendSignal.TERMINATE, now, reader)).isEqualTo("The session has ended.");
        change.get();
        read.get();
        assertThat(seen(it -> it.waiting() == 0).queue()).isEmpty();
    }

    @Test
    void who_waits_for_a_row_is_told_its_table_and_can_be_cancelled() throws Exception {
        Connection first = session("shop");
        run(first, "BEGIN");
        run(first, "UPDATE notes SET body = 'three' WHERE id = 1");
        Connection second = session("shop-2");
        CompletableFuture<Void> update = later(second, "UPDATE notes SET body = 'four' WHERE id = 1");
        Activity now = seen(it -> it.queue().size() == 2);
        Backend waits = now.queue().get(1).backend();

        assertThat(awaited(waits).what()).isEqualTo("a row of notes that another transaction has changed");
        assertThat(waits.waited(now.at())).isPositive();
        assertThat(send(BackendSignal.CANCEL, now, second)).isEqualTo("The statement has ended.");
        assertThatThrownBy(update::get).hasRootCauseInstanceOf(PSQLException.class)
                .hasMessageContaining("canceling statement due to user request");
        run(second, "SELECT 1");
    }

    @Test
    void a_number_that_was_given_out_again_and_a_session_at_something_else_are_refused() throws Exception {
        Connection holder = session("shop");
        run(holder, "BEGIN");
        run(holder, "LOCK TABLE notes");
        CompletableFuture<Void> read = later(session("reader"), "SELECT * FROM notes");
        Activity shown = seen(it -> it.queue().size() == 2);
        BackendIdentity was = shown.find(pid(holder)).orElseThrow().backend().identity();
        var another = new BackendIdentity(was.pid(), Instant.parse("2020-01-01T00:00:00Z"), was.transaction(),
                was.query());
        assertThatThrownBy(() -> BackendSignals.meant(shown, BackendSignal.TERMINATE, another))
                .isInstanceOf(SignalRefusedException.class).hasMessageContaining("belongs to another session now");
        assertThatThrownBy(() -> BackendSignals.send(target, BackendSignal.TERMINATE, another))
                .isInstanceOf(SignalRefusedException.class).hasMessageContaining("just now");

        run(holder, "SELECT 2");
        assertThatThrownBy(() -> BackendSignals.meant(Activity.ofAll(target, LIMIT), BackendSignal.TERMINATE, was))
                .isInstanceOf(SignalRefusedException.class).hasMessageContaining("at something else now");
        assertThatThrownBy(() -> BackendSignals.send(target, BackendSignal.TERMINATE, was))
                .isInstanceOf(SignalRefusedException.class);
        run(holder, "ROLLBACK");
        read.get();
    }

    @Test
    void sessions_of_ferryman_and_of_the_server_itself_are_left_alone() throws Exception {
        Connection own = target.connect();
        connections.add(own);
        run(own, "BEGIN");
        run(own, "LOCK TABLE notes");
        CompletableFuture<Void> read = later(session("reader"), "SELECT * FROM notes");
        Activity now = seen(it -> it.queue().size() == 2);
        Backend ours = now.queue().getFirst().backend();

        assertThat(ours.own()).isTrue();
        assertThatThrownBy(() -> BackendSignals.meant(now, BackendSignal.TERMINATE, ours.identity()))
                .isInstanceOf(SignalRefusedException.class).hasMessageContaining("Ferryman's own");
        assertThat(new LockWait(null, "transactionid", "ShareLock", null, List.of(0)).what())
                .contains("another transaction");
        run(own, "ROLLBACK");
        read.get();
    }

    @Test
    void a_role_without_the_rights_is_told_what_to_grant() throws Exception {
        String blind = role();
        Connection holder = session("shop");
        run(holder, "BEGIN");
        run(holder, "LOCK TABLE notes");
        CompletableFuture<Void> read = later(session("reader"), "SELECT * FROM notes WHERE body = 'secret'");
        seen(it -> it.queue().size() == 2);
        PostgresTarget little = as(blind);

        Activity hidden = Activity.of(little, LIMIT);
        assertThat(hidden.hidden()).isTrue();
        assertThat(hidden.queue()).extracting(place -> place.backend().pid()).contains(pid(holder));
        assertThat(hidden.queue()).allMatch(place -> place.backend().text() == null);
        assertThat(hidden.queue().getFirst().backend().objection()).contains("GRANT pg_read_all_stats TO \"" + blind);

        database.execute("GRANT pg_read_all_stats TO " + blind);
        Activity seen = Activity.of(little, LIMIT);
        assertThat(seen.hidden()).isFalse();
        assertThat(seen.queue().getFirst().backend().objection()).contains("is a superuser");

        String worker = role();
        Connection idle = DriverManager.getConnection(jdbc(worker));
        connections.add(idle);
        database.execute("GRANT SELECT ON notes TO " + worker);
        run(holder, "ROLLBACK");
        read.get();
        run(idle, "BEGIN");
        run(idle, "SELECT * FROM notes");
        CompletableFuture<Void> change = later(session("migration"), "ALTER TABLE notes ADD COLUMN author text");
        seen(it -> it.queue().size() == 2);
        assertThat(Activity.of(little, LIMIT).queue().getFirst().backend().objection())
                .contains("GRANT pg_signal_backend TO \"" + blind);
        database.execute("GRANT pg_signal_backend TO " + blind);
        Activity may = Activity.of(little, LIMIT);
        assertThat(BackendSignals.send(little, BackendSignal.TERMINATE,
                BackendSignals.meant(may, BackendSignal.TERMINATE, may.queue().getFirst().backend().identity())
                        .backend().identity()))
                .isEqualTo("The session has ended.");
        change.get();
    }

    @Test
    void a_transaction_left_open_is_listed_before_it_is_in_anybodys_way() throws Exception {
        Connection forgotten = session("psql");
        run(forgotten, "BEGIN");
        run(forgotten, "SELECT count(*) FROM notes");

        Activity now = seen(it -> it.open().stream().anyMatch(place -> place.backend().pid() == pid(forgotten)));
        assertThat(now.queue()).isEmpty();
        assertThat(now.find(pid(forgotten)).orElseThrow().backend().open(now.at()))
                .as("the server tells the time a moment earlier").isGreaterThan(Activity.OPEN_FOR.minusSeconds(1));
        run(forgotten, "SELECT 'his password is hunter2'");
        assertThat(seen(it -> it.find(pid(forgotten)).isPresent()).find(pid(forgotten)).orElseThrow().backend().text())
                .doesNotContain("hunter2");
    }

    private String send(BackendSignal signal, Activity shown, Connection to) throws Exception {
        BackendIdentity identity = shown.find(pid(to)).orElseThrow().backend().identity();
        return BackendSignals.send(target, signal,
                BackendSignals.meant(Activity.ofAll(target, LIMIT), signal, identity).backend().identity());
    }

    private Activity seen(Predicate<Activity> wanted) {
        return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(100))
                .until(() -> Activity.of(target, LIMIT), wanted);
    }

    private Connection session(String application) throws SQLException {
        Connection connection = DriverManager.getConnection(database.jdbcUrl() + "&ApplicationName=" + application);
        connections.add(connection);
        return connection;
    }

    private String role() {
        String name = "role_" + database.name().replaceAll("\\W", "") + "_" + roles.size();
        database.execute("CREATE ROLE " + name + " LOGIN PASSWORD 'pw'");
        roles.add(name);
        return name;
    }

    private PostgresTarget as(String role) {
        return PostgresTarget.parse("postgresql://" + role + ":pw@" + database.server().host() + ":"
                + database.server().port() + "/" + database.name(), null);
    }

    private String jdbc(String role) {
        return "jdbc:postgresql://" + database.server().host() + ":" + database.server().port() + "/"
                + database.name() + "?user=" + role + "&password=pw";
    }

    private static LockWait awaited(Backend backend) {
        return Objects.requireNonNull(backend.awaits());
    }

    private static CompletableFuture<Void> later(Connection connection, String sql) {
        return CompletableFuture.runAsync(() -> {
            try {
                run(connection, sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }, Thread::startVirtualThread);
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int pid(Connection connection) {
        try {
            return connection.unwrap(PGConnection.class).getBackendPID();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
