package dev.ferryman.replication;

import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Moves a file under applications that never pause, again and again, and each time something goes wrong: the mover is
 * killed, stopped or started twice, PostgreSQL crashes or cuts connections, the file stays locked. After every run all
 * acknowledged writes are on the side that is live, none twice, none invented, and the applications still work.
 *
 * <p>A run is known by its seed, which says what goes wrong and when.
 */
final class CrashMatrix {
    /** Named moments of the protocol, in the order of the way there and back. */
    static final List<String> MOMENTS = List.of("apply-staged", "apply-before-commit", "apply-after-commit",
            "freeze-locked", "under lock: apply-before-commit", "under lock: apply-after-commit", "freeze-drained",
            "freeze-proved", "freeze-before-commit", "freeze-committed", "freeze-opened", "reverse-written",
            "reverse-before-commit", "reverse-source-committed", "reverse-committed", "back-locked", "back-drained",
            "back-proved", "back-before-close", "back-closed", "back-committed");

    private static final int SIGKILL = 128 + 9;
    private static final int MOST_STARTS = 12;
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);

    /** What goes wrong in a run. */
    enum Trouble {
        KILLED_AT_A_MOMENT, KILLED_ANYWHERE, CONNECTIONS_CUT, POSTGRES_CRASHES, FILE_LOCKED, STOPPED_FOR_A_WHILE, STOPPED_AND_REPLACED, STARTED_TWICE
    }

    /**
     * How a run ended.
     *
     * @param seed which run
     * @param what what went wrong, and how often the mover was started
     * @param rows acknowledged rows
     * @param lost acknowledged rows that are not there
     * @param invented rows that are there and were never acknowledged
     * @param gap longest time in seconds between two acknowledged writes of one application
     */
    record Outcome(long seed, String what, int rows, List<String> lost, List<String> invented, double gap) {
        boolean clean() {
            return lost.isEmpty() && invented.isEmpty();
        }
    }

    private final Path root;

    CrashMatrix(Path root) {
        this.root = root;
    }

    /** One run. What is left of it is removed where it ended well, and stays for a look where it did not. */
    Outcome run(long seed) throws Exception {
        Path directory = Files.createDirectories(root.resolve("run-" + seed));
        // Neighbouring seeds give similar first numbers.
        var random = new Random(seed * 0x9E3779B97F4A7C15L);
        int turn = (int) (seed / 2);
        // Every second run is for the next named moment, the others for the next trouble of another kind.
        Trouble trouble = seed % 2 == 0
                ? Trouble.KILLED_AT_A_MOMENT
                : Trouble.values()[1 + turn % (Trouble.values().length - 1)];
        String moment = MOMENTS.get(turn % MOMENTS.size());
        String journal = random.nextBoolean() ? "delete" : "wal";
        Outcome outcome;
        try (LiveFile file = LiveFile.inMode(journal, directory, Applications.SCHEMA);
                TestPostgres.Database database = TestPostgres.crashing().freshDatabase();
                Applications applications = Applications.start(directory, file.path, database.url(), 2)) {
            applications.awaitMore(20, "sqlite");
            var movers = new Movers(directory, file.path, database, random);
            movers.start(trouble == Trouble.KILLED_AT_A_MOMENT ? moment : "never");
            String what = trouble.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                    + (trouble == Trouble.KILLED_AT_A_MOMENT ? " (" + moment + ")" : "") + ", " + journal;
            boolean onTheWayBack = trouble == Trouble.KILLED_AT_A_MOMENT
                    ? moment.startsWith("reverse") || moment.startsWith("back")
                    : random.nextBoolean();
            if (onTheWayBack) {
                Files.writeString(directory.resolve("go"), "");
                applications.awaitMore(40, "postgres");
                movers.trouble(trouble, "back");
                Files.writeString(directory.resolve("back"), "");
                movers.finish();
                applications.awaitMore(40, "sqlite");
            } else {
                Files.writeString(directory.resolve("stay"), "");
                movers.trouble(trouble, "go");
                Files.writeString(directory.resolve("go"), "");
                movers.finish();
                applications.awaitMore(40, "postgres");
            }
            Set<String> acknowledged = applications.stopped();
            what += (onTheWayBack ? ", there and back" : "") + ", " + movers.starts + " starts";
            outcome = onTheWayBack
                    ? compare(seed, what, acknowledged, inSqlite(file), applications.longestGap())
                    : compare(seed, what, acknowledged, inPostgres(database), applications.longestGap());
            requireOneWriter(file, database, onTheWayBack);
        }
        if (outcome.clean()) {
            delete(directory);
        }
        return outcome;
    }

    private static Outcome compare(long seed, String what, Set<String> acknowledged, Set<String> there,
            double gap) {
        List<String> lost = acknowledged.stream().filter(row -> !there.contains(row)).toList();
        List<String> invented = there.stream().filter(row -> !acknowledged.contains(row)).toList();
        return new Outcome(seed, what, acknowledged.size(), lost, invented, gap);
    }

    private static Set<String> inPostgres(TestPostgres.Database database) {
        requireOldRows(database.scalar("SELECT count(*) FROM account WHERE id <= 2000 AND balance = id"));
        requireTotal(database.scalar("SELECT sum(amount) FROM bank"));
        String all = database.scalar(
                "SELECT string_agg(id || '|' || email || '|' || balance, E'\\n') FROM account WHERE id > 2000");
        return new TreeSet<>(String.valueOf(all).lines().toList());
    }

    private static Set<String> inSqlite(LiveFile file) {
        requireOldRows(file.scalar("SELECT count(*) FROM account WHERE id <= 2000 AND balance = id"));
        requireTotal(file.scalar("SELECT sum(amount) FROM bank"));
        return new TreeSet<>(file.query("SELECT id || '|' || email || '|' || balance FROM account WHERE id > 2000"));
    }

    private static void requireOldRows(@Nullable String count) {
        if (!String.valueOf(Applications.OLD_ROWS).equals(count)) {
            throw new IllegalStateException(count + " of " + Applications.OLD_ROWS + " untouched rows are there");
        }
    }

    private static void requireTotal(@Nullable String total) {
        if (!"20000".equals(total)) {
            throw new IllegalStateException("the bank has " + total + " instead of 20000");
        }
    }

    private static void requireOneWriter(LiveFile file, TestPostgres.Database database, boolean sqlite) {
        boolean taken = file.attempt("INSERT INTO mark VALUES (99, 99)");
        boolean also;
        try {
            database.execute("INSERT INTO mark VALUES (98, 98)");
            also = true;
        } catch (IllegalStateException refused) {
            also = false;
        }
        if (taken != sqlite || also == sqlite) {
            throw new IllegalStateException("SQLite takes writes: " + taken + ", PostgreSQL: " + also);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    /** The processes that move, one after the other or two at once. */
    private static final class Movers {
        private final Path directory;
        private final Path file;
        private final TestPostgres.Database database;
        private final Random random;
        private final List<Process> running = new ArrayList<>();
        private int starts;

        Movers(Path directory, Path file, TestPostgres.Database database, Random random) {
            this.directory = directory;
            this.file = file;
            this.database = database;
            this.random = random;
        }

        void start(String moment) throws IOException {
            starts++;
            running.add(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED",
                    "-Dorg.sqlite.tmpdir=" + directory,
                    "-cp", System.getProperty("java.class.path"), LiveMover.class.getName(), file.toString(),
                    database.url(), directory.toString(), String.valueOf(starts), moment)
                    .redirectErrorStream(true).redirectOutput(log(starts).toFile()).start());
        }

        private Path log(int number) {
            return directory.resolve("mover-" + number + ".log");
        }

        /** Lets things go wrong while the mover is at work; it may be told to switch before or after. */
        void trouble(Trouble trouble, String sign) throws IOException, InterruptedException, SQLException {
            if (random.nextBoolean()) {
                Files.writeString(directory.resolve(sign), "");
            }
            switch (trouble) {
                case KILLED_AT_A_MOMENT -> {
                    Files.writeString(directory.resolve(sign), "");
                    ended(running.getFirst());
                }
                case KILLED_ANYWHERE -> {
                    for (int kills = 1 + random.nextInt(3); kills > 0; kills--) {
                        sleep(200, 3500);
                        signal("KILL", running.getLast().pid());
                        ended(running.getLast());
                        start("never");
                    }
                }
                case CONNECTIONS_CUT -> {
                    for (int cuts = 3; cuts > 0; cuts--) {
                        sleep(500, 2000);
                        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
                    }
                }
                case POSTGRES_CRASHES -> {
                    sleep(800, 4000);
                    crash();
                }
                case FILE_LOCKED -> {
                    sleep(500, 3500);
                    lock(Duration.ofMillis(1500 + random.nextInt(2000)));
                }
                case STOPPED_FOR_A_WHILE -> {
                    sleep(500, 3500);
                    signal("STOP", running.getLast().pid());
                    sleep(1500, 3000);
                    signal("CONT", running.getLast().pid());
                }
                case STOPPED_AND_REPLACED -> {
                    sleep(500, 3500);
                    signal("STOP", running.getLast().pid());
                    // A stopped process may hold the file's lock: nobody can take it away but the end of that process.
                    Thread wakes = Thread.startVirtualThread(() -> {
                        try {
                            sleep(2000, 4000);
                            signal("CONT", running.getFirst().pid());
                        } catch (InterruptedException | IOException e) {
                            throw new IllegalStateException(e);
                        }
                    });
                    start("never");
                    wakes.join();
                }
                case STARTED_TWICE -> start("never");
            }
        }

        /** Starts movers until one says that it is done. */
        void finish() throws IOException, InterruptedException {
            while (true) {
                boolean done = false;
                for (Process process : running) {
                    done |= ended(process) == 0;
                }
                if (done) {
                    return;
                }
                running.clear();
                if (starts >= MOST_STARTS) {
                    throw new IllegalStateException("the move does not end: " + Files.readString(log(starts)));
                }
                start("never");
            }
        }

        private int ended(Process process) throws InterruptedException, IOException {
            if (!process.waitFor(LONG_ENOUGH.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("a mover hangs: " + Files.readString(log(starts)));
            }
            int status = process.exitValue();
            if (status != 0 && status != 1 && status != SIGKILL) {
                throw new IllegalStateException("a mover ended with " + status);
            }
            return status;
        }

        /** Ends one backend the hard way: the server restarts and recovers. */
        private void crash() throws IOException, InterruptedException {
            String backend = database.scalar("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND pid <> pg_backend_pid() LIMIT 1");
            if (backend != null) {
                signal("KILL", Long.parseLong(backend));
            }
        }

        private void lock(Duration time) throws SQLException, InterruptedException {
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                    var statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 20000");
                statement.execute("BEGIN IMMEDIATE");
                Thread.sleep(time);
                statement.execute("ROLLBACK");
            }
        }

        private void sleep(int least, int most) throws InterruptedException {
            Thread.sleep(least + random.nextInt(most - least));
        }

        private static void signal(String name, long pid) throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor();
        }
    }
}
