package dev.ferryman.replication;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schema.PlanJson;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Moves a file under applications that never pause, again and again, and each time something goes wrong: the mover is
 * killed, stopped or started twice, PostgreSQL crashes, stops, has no room or cuts connections, the file stays locked, the
 * applications stop. After every run all
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
            "back-proved", "back-before-close", "back-closed", "back-committed", "back-closed then back-reopened");

    private static final int DISK_MEBIBYTES = 48;

    /** What goes wrong in a run. */
    enum Trouble {
        KILLED_AT_A_MOMENT, KILLED_ANYWHERE, CONNECTIONS_CUT, POSTGRES_CRASHES, POSTGRES_STOPPED, POSTGRES_DISK_FULL, FILE_LOCKED, APPLICATION_STOPPED, STOPPED_FOR_A_WHILE, STOPPED_AND_REPLACED, STARTED_TWICE;

        String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ').replace("postgres ", "PostgreSQL ")
                    .replace("PostgreSQL disk", "PostgreSQL's disk");
        }
    }

    /**
     * How a run ended.
     *
     * @param seed which run
     * @param what what went wrong, and how often the mover was started
     * @param rows acknowledged rows
     * @param lost acknowledged rows that are not there, with the side that misses them
     * @param invented rows that are there and were never acknowledged, with the side that has them
     * @param gap longest time in seconds between two acknowledged writes of one application
     */
    record Outcome(long seed, String what, int rows, List<String> lost, List<String> invented, double gap) {
        boolean clean() {
            return lost.isEmpty() && invented.isEmpty();
        }

        private void compare(String side, Set<String> acknowledged, Set<String> there) {
            acknowledged.stream().filter(row -> !there.contains(row)).forEach(row -> lost.add(side + ": " + row));
            there.stream().filter(row -> !acknowledged.contains(row)).forEach(row -> invented.add(side + ": " + row));
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
        // Every second run is for the next named moment, the others for the next trouble of another kind, there or back.
        int turn = (int) ((seed - 1) / 2);
        int kinds = Trouble.values().length - 1;
        Trouble trouble = seed % 2 == 0 ? Trouble.KILLED_AT_A_MOMENT : Trouble.values()[1 + turn % kinds];
        String moment = MOMENTS.get(turn % MOMENTS.size());
        boolean onTheWayBack = trouble == Trouble.KILLED_AT_A_MOMENT
                ? moment.startsWith("reverse") || moment.startsWith("back")
                : turn / kinds % 2 == 1;
        String journal = random.nextBoolean() ? "delete" : "wal";
        Outcome outcome;
        try (SmallDisk disk = trouble == Trouble.POSTGRES_DISK_FULL
                ? SmallDisk.mounted(directory, DISK_MEBIBYTES)
                : null;
                LiveFile file = LiveFile.inMode(journal, directory, Applications.SCHEMA);
                TestPostgres.Database database = disk == null
                        ? TestPostgres.crashing().freshDatabase()
                        : TestPostgres.crashing().freshDatabaseIn(disk.path());
                Applications applications = Applications.start(directory, file.path, database.url(), 2);
                var movers = new Movers(directory, file.path, database, applications, disk, random)) {
            applications.awaitMore(20, "sqlite");
            String[] moments = moment.split(" then ");
            movers.start(trouble == Trouble.KILLED_AT_A_MOMENT ? moments[0] : "never");
            if (onTheWayBack) {
                Files.writeString(directory.resolve("go"), "");
                applications.awaitMore(40, "postgres");
                movers.trouble(trouble, moments, "back");
                Files.writeString(directory.resolve("back"), "");
                movers.finish();
                applications.awaitMore(40, "sqlite");
            } else {
                Files.writeString(directory.resolve("stay"), "");
                movers.trouble(trouble, moments, "go");
                Files.writeString(directory.resolve("go"), "");
                movers.finish();
                applications.awaitMore(40, "postgres");
            }
            Set<String> acknowledged = applications.stopped();
            String what = trouble.words() + (trouble == Trouble.KILLED_AT_A_MOMENT ? " (" + moment + ")" : "") + ", "
                    + journal + (onTheWayBack ? ", there and back, " : ", there, ") + movers.starts() + " starts"
                    + (disk == null ? "" : ", refused for want of room: " + movers.refusals());
            outcome = new Outcome(seed, what, acknowledged.size(), new ArrayList<>(), new ArrayList<>(),
                    applications.longestGap());
            if (onTheWayBack) {
                outcome.compare("SQLite", acknowledged, inSqlite(file));
            } else {
                outcome.compare("PostgreSQL", acknowledged, inPostgres(database));
                bringBack(directory, file, database);
                outcome.compare("SQLite", acknowledged, inSqlite(file));
            }
            requireOneWriter(file, database, onTheWayBack);
        }
        if (outcome.clean()) {
            delete(directory);
        }
        return outcome;
    }

    /**
     * Brings what was written to PostgreSQL into the fenced file: nothing can be missing there where the way back was armed
     * before the first write, whatever went wrong on the way.
     */
    private static void bringBack(Path directory, LiveFile file, TestPostgres.Database database) throws Exception {
        try (var reverse = ReverseSync.open(file.source(), PostgresTarget.parse(database.url(), null),
                PlanJson.read(Files.readString(directory.resolve("plan.json"))), new Lease("test", 1_000),
                CatchUpOptions.defaults(), Clock.systemUTC(), FaultPoint.NONE)) {
            while (!reverse.step().complete()) {
                // Batch by batch.
            }
        }
        String marks = "SELECT group_concat(writer || ' ' || serial, ', ' ORDER BY writer) FROM mark";
        String there = database.scalar(marks.replace("group_concat", "string_agg"));
        if (!file.scalar(marks).equals(there)) {
            throw new IllegalStateException("SQLite has " + file.scalar(marks) + " and PostgreSQL " + there);
        }
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
}
