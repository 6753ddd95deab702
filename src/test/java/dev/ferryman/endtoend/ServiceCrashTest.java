package dev.ferryman.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.cli.CommandLineFace;
import dev.ferryman.testing.Caller;
import dev.ferryman.testing.StateStores;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The service itself is killed in the backfill and in the verification. A lock that the test holds on one table keeps
 * the step from ending before the kill.
 */
class ServiceCrashTest {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);
    private static final Path TEMPLATES = Path.of("src/test/resources/dev/ferryman/endtoend/templates")
            .toAbsolutePath();
    private static final List<String> TABLES = List.of("t1", "t2", "t3", "t4", "t5", "t6");
    private static final String LOCKED = "t4";
    private static final int ROWS = 3_000;

    @TempDir
    Path directory;

    @Test
    void every_value_arrives_once_although_the_service_is_killed_twice_with_its_state_in_sqlite() throws Exception {
        movesWithTwoKills(StateStores.freshSqliteUrl());
    }

    @Test
    void every_value_arrives_once_although_the_service_is_killed_twice_with_its_state_in_postgresql() throws Exception {
        try (var store = TestPostgres.newest().freshDatabase()) {
            movesWithTwoKills(store.jdbcUrl());
        }
    }

    private void movesWithTwoKills(String store) throws Exception {
        Path source = directory.toRealPath().resolve("app.db");
        fill(source);
        Path password = Files.writeString(directory.toRealPath().resolve("password"), TestPostgres.PASSWORD);
        String token = Newcomer.tokenOfOneWithAllRoles(store);
        try (var target = TestPostgres.newest().freshDatabase();
                var service = FerrymanProcess.start("crash", directory.toRealPath(), Map.of(),
                        List.of("ferryman.store.url=" + store, "ferryman.source-roots=" + directory.toRealPath(),
                                "ferryman.secrets.roots=" + directory.toRealPath(),
                                "ferryman.work-directory=" + directory.toRealPath().resolve("work"),
                                "ferryman.templates.directory=" + TEMPLATES, "ferryman.execution.heartbeat=250ms",
                                "ferryman.execution.lease=2s"))) {
            var caller = new Caller(service.uri("").getPort(), token);
            var cutover = RemoteCutover.create(caller, Map.of("name", "Killed twice", "template", "two-pauses",
                    "source", source.toString(), "target", Map.of("url", target.urlWithoutPassword(),
                            "passwordReference", "file:" + password),
                    "parameters", Map.of()));

            cutover.reaches("before-backfill", "ready");
            try (var lock = new Lock(target, LOCKED, "SHARE")) {
                cutover.complete("before-backfill");
                awaitChunks(target, TABLES.size() - 1);
                assertThat(cutover.status("backfill")).isEqualTo("running");
                service.kill();
                lock.release();
            }
            service.restart();
            cutover.reaches("before-verify", "ready");
            assertThat(target.scalar("SELECT count(*) || ' chunks, ' || sum(rows) || ' rows' FROM ferryman.chunk"
                    + " WHERE committed_at IS NOT NULL"))
                    .isEqualTo(TABLES.size() + " chunks, " + TABLES.size() * ROWS + " rows");

            try (var lock = new Lock(target, LOCKED, "ACCESS EXCLUSIVE")) {
                cutover.complete("before-verify");
                cutover.reaches("verify", "running");
                lock.awaitWaiter();
                service.kill();
                lock.release();
            }
            service.restart();
            cutover.reaches("verify", "passed");
            cutover.complete("switch");
            cutover.reaches("tidy", "passed");
            cutover.command("/complete");

            JsonNode done = cutover.now();
            assertThat(done.path("status").asString()).isEqualTo("completed");
            assertThat(done.at("/verification/equal").asBoolean()).isTrue();
            try (var there = DriverManager.getConnection("jdbc:sqlite:" + source); var here = target.connect()) {
                for (String table : TABLES) {
                    assertThat(rows(here, table)).as(table).hasSize(ROWS).isEqualTo(rows(there, table));
                }
            }
            assertThat(target.scalar("SELECT count(*) FROM pg_namespace WHERE nspname = 'ferryman'")).isEqualTo("0");
        }
        assertThat(CommandLineFace.run(new String[]{"verify-log", "--store", store})).isZero();
    }

    private static void fill(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String table : TABLES) {
                statement.execute("CREATE TABLE " + table
                        + " (id INTEGER PRIMARY KEY, name TEXT NOT NULL, amount REAL, data BLOB)");
                statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + ROWS
                        + ") INSERT INTO " + table
                        + " SELECT i, 'name ' || i, i / 7.0, CASE WHEN i % 3 THEN randomblob(20) END FROM n");
            }
            connection.commit();
        }
    }

    private static List<String> rows(Connection connection, String table) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (var statement = connection.createStatement();
                ResultSet result = statement
                        .executeQuery("SELECT id, name, amount, data FROM " + table + " ORDER BY id")) {
            while (result.next()) {
                byte[] data = result.getBytes(4);
                rows.add(result.getLong(1) + "|" + result.getString(2) + "|" + result.getDouble(3) + "|"
                        + (data == null ? "null" : HexFormat.of().formatHex(data)));
            }
        }
        return rows;
    }

    private static void awaitChunks(TestPostgres.Database target, int count) {
        await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(20))
                .until(() -> String.valueOf(count).equals(
                        target.scalar("SELECT count(*) FROM ferryman.chunk WHERE committed_at IS NOT NULL")));
    }

    /** A lock on a table of the target, held in a transaction of the test's own. */
    private static final class Lock implements AutoCloseable {
        private final TestPostgres.Database database;
        private final String table;
        private final Connection connection;

        Lock(TestPostgres.Database database, String table, String mode) throws SQLException {
            this.database = database;
            this.table = table;
            this.connection = database.connect();
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("LOCK TABLE " + table + " IN " + mode + " MODE");
            }
        }

        void awaitWaiter() {
            await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(20))
                    .until(() -> "t".equals(database.scalar("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted"
                            + " AND relation = '" + table + "'::regclass)")));
        }

        void release() throws SQLException {
            connection.rollback();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
