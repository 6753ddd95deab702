package dev.ferryman.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ferryman.cli.CommandLineFace;
import dev.ferryman.cutover.BusyWriter;
import dev.ferryman.cutover.TinyApplication;
import dev.ferryman.endtoend.Member.Fault;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes on one state store, two of them on the node where the source is, while an application writes all the time.
 * Whoever is at work is stopped, cut off, exchanged or killed; the other one goes on.
 */
class ReplicasTest {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);
    private static final Path TEMPLATES = Path.of("src/test/resources/dev/ferryman/endtoend/templates")
            .toAbsolutePath();
    private static final String FOLLOWING = "~replication";
    private static final String FOLLOWING_BACK = FOLLOWING + " back";
    private static final List<String> THERE = List.of("plan", "capture", "snapshot", "plan-again", "prepare",
            "backfill", "finish", "verify", "follow");

    @TempDir
    Path directory;
    private final List<String> found = new ArrayList<>();

    @Test
    void one_of_three_replicas_is_lost_again_and_again_and_another_goes_on() throws Exception {
        move(Map.of("backfill", Fault.PAUSE, FOLLOWING, Fault.PARTITION, "switch", Fault.PARTITION, FOLLOWING_BACK,
                Fault.TERMINATE, "switch-back", Fault.KILL));
        found.forEach(System.out::println);
    }

    private void move(Map<String, Fault> faults) throws Exception {
        Path home = Files.createTempDirectory(directory.toRealPath(), "site");
        Path source = home.resolve("app.db");
        fill(source);
        Path environment = Files.writeString(home.resolve("app.env"), "DATABASE_URL=jdbc:sqlite:" + source + "\n");
        Path password = Files.writeString(home.resolve("password"), TestPostgres.PASSWORD);
        Path appToken = Files.writeString(home.resolve("token"), TinyApplication.TOKEN);
        try (var store = TestPostgres.newest().freshDatabase();
                var target = TestPostgres.newest().freshDatabase();
                var application = new TinyApplication(environment)) {
            String token = Newcomer.tokenOfOneWithAllRoles(store.jdbcUrl());
            List<String> settings = List.of("ferryman.source-roots=" + home, "ferryman.secrets.roots=" + home,
                    "ferryman.traffic.environment-roots=" + home, "ferryman.work-directory=" + home.resolve("work"),
                    "ferryman.templates.directory=" + TEMPLATES);
            try (var members = Members.start(List.of("here", "here", "elsewhere"), store, home, token, settings);
                    var writer = new BusyWriter(application);
                    var connection = store.connect()) {
                Member elsewhere = members.all().getLast();
                var created = RemoteCutover.create(members.all().getFirst().caller(),
                        Map.of("name", "One is always missing", "template", "live-by-hand", "source", source.toString(),
                                "target",
                                Map.of("url", target.urlWithoutPassword(), "passwordReference", "file:" + password),
                                "parameters",
                                Map.of("switch-file", environment.toString(), "switch-value",
                                        target.jdbcUrl().replace(TestPostgres.PASSWORD,
                                                "{secret:file:" + password + "}"),
                                        "reload-url", application.address("/reload"), "token", "file:" + appToken)));
                var cutover = created.by(elsewhere.caller());
                try (var onlooker = new Onlooker(elsewhere.port(), cutover.path())) {
                    var run = new Run(members, cutover, onlooker, connection, faults);
                    for (String step : THERE) {
                        run.step(step);
                    }
                    run.following("forward", FOLLOWING);
                    cutover.reaches("breathe", "passed");
                    run.step("switch");
                    assertThat(application.onPostgres()).isTrue();
                    run.following("back", FOLLOWING_BACK);
                    awaitWrites(writer);
                    run.step("switch-back", () -> cutover.command("/rollback"));
                    run.step("clean", () -> {});
                    awaitWrites(writer);

                    run.everyReplicaShows("rolled-back");
                    assertThat(run.owners("step_key <> 'breathe'")).isNotEmpty().noneMatch(elsewhere::owns);
                    assertThat(run.endsOfSteps()).containsExactlyInAnyOrderElementsOf(Stream
                            .concat(Stream.of("breathe"), run.ran.stream()).map(step -> step + " step-passed")
                            .toList());
                }
                List<String> acknowledged = writer.stop();
                assertThat(names(source, "SELECT name FROM employees WHERE name LIKE 'Hired %'"))
                        .containsExactlyInAnyOrderElementsOf(acknowledged);
                assertThat(names(source, "SELECT name FROM sqlite_schema WHERE name LIKE '%ferryman%'")).isEmpty();
                assertThat(application.onPostgres()).isFalse();
                found.add(acknowledged.size() + " acknowledged writes, 0 lost, 0 duplicated");
            }
            assertThat(CommandLineFace.run(new String[]{"verify-log", "--store", store.jdbcUrl()})).isZero();
        }
    }

    private static void awaitWrites(BusyWriter writer) {
        int before = writer.count();
        await().atMost(LONG_ENOUGH).until(() -> writer.count() > before + 50);
    }

    private static void fill(Path source) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE employees (id INTEGER PRIMARY KEY, name TEXT NOT NULL, hired DATE)");
            statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
                    + " INSERT INTO employees (name, hired) SELECT 'Person ' || i, '2024-01-15' FROM n");
        }
    }

    private static List<String> names(Path file, String sql) throws SQLException {
        List<String> names = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** One cutover, steered and looked at through the replica that is never lost, and what happens to whoever works on it. */
    private final class Run {
        private final Members members;
        private final RemoteCutover cutover;
        private final Onlooker onlooker;
        private final Connection store;
        private final Map<String, Fault> faults;
        private final List<String> ran = new ArrayList<>();
        private List<Member> present;
        private Optional<Recovery> away = Optional.empty();

        Run(Members members, RemoteCutover cutover, Onlooker onlooker, Connection store, Map<String, Fault> faults) {
            this.members = members;
            this.cutover = cutover;
            this.onlooker = onlooker;
            this.store = store;
            this.faults = faults;
            this.present = new ArrayList<>(members.all());
        }

        void step(String key) throws Exception {
            step(key, () -> {
                cutover.reaches(key, "ready");
                cutover.command("/steps/" + key + "/run");
            });
        }

        /** One that is begun in this way. */
        void step(String key, Runnable begin) throws Exception {
            ran.add(key);
            Fault fault = faults.get(key);
            if (fault == null) {
                begin.run();
            } else {
                allPresent();
                List<Double> lost = leasesLost();
                begin.run();
                strike(key, key, fault, lost, () -> cutover.reaches(key, "passed"));
            }
            onlooker.isShown(key, "passed");
        }

        void following(String direction, String name) throws Exception {
            awaitFollowing(direction);
            Fault fault = faults.get(name);
            if (fault != null) {
                allPresent();
                strike(name, FOLLOWING, fault, leasesLost(), () -> awaitFollowing(direction));
            }
        }

        private void awaitFollowing(String direction) {
            String before = cutover.now().at("/replication/at").asString("");
            await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(100)).until(() -> {
                var replication = cutover.now().path("replication");
                return replication.path("direction").asString("").equals(direction)
                        && replication.path("state").asString("").equals("following")
                        && !replication.path("at").asString("").equals(before);
            });
        }

        /** Does it to whoever works on the step, and waits until another goes on and the step is done all the same. */
        private void strike(String what, String key, Fault fault, List<Double> lost, Runnable done) throws Exception {
            Lease lease = await().atMost(LONG_ENOUGH).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(3))
                    .until(() -> lease(key).filter(Lease::held), Optional::isPresent).orElseThrow();
            Member victim = members.owner(lease.owner());
            long struck = System.nanoTime();
            victim.suffer(fault);
            if (fault == Fault.TERMINATE) {
                assertThat(lease(key)).as("what it held when it had ended").isNotEqualTo(Optional.of(lease));
            } else {
                assertThat(lease(key)).as(what + " was still under way").contains(lease);
            }
            await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(20))
                    .until(() -> lease(key).orElseThrow().generation() > lease.generation());
            long until = Duration.ofNanos(System.nanoTime() - struck).toMillis();
            found.add("%s at %s: another replica went on after %.1f s".formatted(fault, what, until / 1000.0));
            if (fault.wakesUp()) {
                // It may have locks that nobody else can lift, so it is done only when this one has found out.
                victim.recover(fault);
                await(what).atMost(LONG_ENOUGH)
                        .until(() -> victim.leasesLost() > lost.get(members.all().indexOf(victim)));
                done.run();
            } else {
                done.run();
                away = Optional.of(() -> victim.recover(fault));
                present.remove(victim);
            }
        }

        /** Whoever is gone is started again only when there has to be somebody to go on once more: that takes its time. */
        private void allPresent() throws Exception {
            if (away.isPresent()) {
                away.get().run();
                away = Optional.empty();
                present = new ArrayList<>(members.all());
            }
        }

        private List<Double> leasesLost() {
            return members.all().stream().map(Member::leasesLost).toList();
        }

        private Optional<Lease> lease(String key) throws SQLException {
            try (var query = store.prepareStatement("SELECT owner, generation, state FROM step_lease"
                    + " WHERE step_key = ? ORDER BY attempt DESC LIMIT 1")) {
                query.setString(1, key);
                try (var rows = query.executeQuery()) {
                    return rows.next()
                            ? Optional.of(new Lease(rows.getString(1), rows.getLong(2), rows.getString(3)))
                            : Optional.empty();
                }
            }
        }

        List<String> owners(String where) throws SQLException {
            return texts("SELECT owner FROM step_lease WHERE " + where);
        }

        /** What the log says of how attempts ended, by step. */
        List<String> endsOfSteps() throws SQLException {
            return texts("SELECT payload::json ->> 'step' || ' ' || type FROM event WHERE type IN ('step-passed',"
                    + " 'step-failed', 'step-unknown', 'step-inconclusive', 'step-cancelled')");
        }

        private List<String> texts(String sql) throws SQLException {
            List<String> texts = new ArrayList<>();
            try (var statement = store.createStatement(); var rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
            return texts;
        }

        void everyReplicaShows(String status) {
            for (Member member : present) {
                await().atMost(LONG_ENOUGH).until(() -> cutover.by(member.caller()).now().path("status").asString()
                        .equals(status));
            }
        }
    }

    @FunctionalInterface
    private interface Recovery {
        void run() throws Exception;
    }

    private record Lease(String owner, long generation, String state) {
        boolean held() {
            return state.equals("held");
        }
    }
}
