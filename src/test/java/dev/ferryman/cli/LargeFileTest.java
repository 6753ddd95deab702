package dev.ferryman.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, with less memory than the file has bytes, on a file of some hundred megabytes. */
class LargeFileTest {
    private static final long HEAP = 256L << 20;
    private static final List<String> SMALL_HEAP = List.of("-Xmx256m");
    private static final int ROWS = 260_000;

    @TempDir
    static Path directory;

    private static Path source;

    @AutoClose
    final TestPostgres.Database database = TestPostgres.newest().freshDatabase();

    @BeforeAll
    static void larger_than_the_heap() throws Exception {
        source = directory.resolve("large.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = OFF");
            statement.execute("PRAGMA synchronous = OFF");
            statement.execute("CREATE TABLE parcel (id INTEGER PRIMARY KEY AUTOINCREMENT, sender INTEGER NOT NULL,"
                    + " weight REAL, sent DATETIME, contents TEXT, label BLOB)");
            statement.execute("CREATE INDEX parcel_sender ON parcel (sender)");
            statement.execute("CREATE TABLE sender (code TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID");
            statement.execute(
                    """
                    INSERT INTO parcel WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
                    SELECT i, i %% 9973, i / 7.0, datetime(1600000000 + i * 61, 'unixepoch'), printf('%%01000d', i),
                    randomblob(i %% 97) FROM n""".formatted(ROWS));
            statement.execute(
                    """
                    INSERT INTO sender WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9972)
                    SELECT 'sender ' || i, 'Sender number ' || i FROM n""");
        }
        assertThat(Files.size(source)).isGreaterThan(HEAP);
    }

    private Path snapshots() throws Exception {
        return Files.createDirectories(directory.resolve("snapshots-" + database.name()));
    }

    private ChildProcess start(String... args) throws Exception {
        return ChildProcess.start(directory, Map.of("PGPASSWORD", TestPostgres.PASSWORD), SMALL_HEAP, args);
    }

    private ChildProcess startCopy() throws Exception {
        return start("copy", "--source", source.toString(), "--target", database.urlWithoutPassword(), "--jobs", "2",
                "--snapshot-dir", snapshots().toString(), "--resume");
    }

    private void assertEqualOnBothSides() throws Exception {
        ChildProcess verification = start("verify", "--source", source.toString(), "--target",
                database.urlWithoutPassword(), "--snapshot-dir", directory.toString());
        assertThat(verification.await()).as(verification.output()).isZero();
        assertThat(verification.output()).contains("Every value of 269,973 rows is equal.");
    }

    private long committedChunks() {
        if (database.scalar("SELECT to_regclass('ferryman.object')") == null) {
            return 0;
        }
        return Long.parseLong(String
                .valueOf(database.scalar("SELECT count(*) FROM ferryman.chunk WHERE committed_at IS NOT NULL")));
    }

    private boolean completing() {
        return committedChunks() > 0 && "completing".equals(database.scalar("SELECT state FROM ferryman.job"));
    }

    @Test
    void a_file_larger_than_the_heap_is_copied_and_verified() throws Exception {
        ChildProcess copy = startCopy();
        assertThat(copy.await()).as(copy.output()).isZero();
        assertEqualOnBothSides();
    }

    @Test
    void a_copy_killed_again_and_again_goes_on_and_brings_no_chunk_twice() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        List<BooleanSupplier> moments = new ArrayList<>();
        moments.add(() -> unfinishedSnapshot());
        for (int i = 0; i < 3; i++) {
            int more = random.nextInt(3);
            moments.add(new BooleanSupplier() {
                private long wanted = -1;

                @Override
                public boolean getAsBoolean() {
                    if (wanted < 0) {
                        wanted = committedChunks() + more;
                    }
                    return committedChunks() > wanted;
                }
            });
        }
        moments.add(this::completing);
        int killed = 0;
        for (BooleanSupplier moment : moments) {
            ChildProcess copy = startCopy();
            while (copy.alive() && !moment.getAsBoolean()) {
                Thread.onSpinWait();
            }
            if (copy.alive()) {
                // Not only right after a commit: somewhere in the middle of what follows.
                Thread.sleep(random.nextInt(60));
                copy.kill();
                killed++;
            }
        }
        assertThat(killed).as("seed " + seed).isGreaterThanOrEqualTo(3);
        ChildProcess last = startCopy();
        assertThat(last.await()).as("seed %d: %s", seed, last.output()).isZero();
        assertThat(database.scalar("SELECT count(*) || ' ' || count(DISTINCT id) FROM parcel"))
                .isEqualTo(ROWS + " " + ROWS);
        assertThat(database.scalar("SELECT sum(rows) FROM ferryman.chunk")).isEqualTo("269973");
        assertThat(database.scalar("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'")).isEqualTo("3");
        assertThat(database.scalar("INSERT INTO parcel (sender) VALUES (1) RETURNING id"))
                .isEqualTo(String.valueOf(ROWS + 1));
        database.execute("DELETE FROM parcel WHERE id > " + ROWS);
        assertEqualOnBothSides();
    }

    private boolean unfinishedSnapshot() {
        try (var files = Files.newDirectoryStream(snapshots(), "*.part")) {
            return files.iterator().hasNext();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_copy_stopped_by_a_signal_says_so_and_goes_on() throws Exception {
        ChildProcess copy = startCopy();
        while (copy.alive() && committedChunks() == 0) {
            Thread.onSpinWait();
        }
        copy.terminate();
        assertThat(copy.await()).isNotZero();
        assertThat(copy.output()).contains("Stopped from outside.").contains("copy --resume");
        ChildProcess last = startCopy();
        assertThat(last.await()).as(last.output()).isZero();
        assertThat(database.scalar("SELECT count(*) || ' ' || count(DISTINCT id) FROM parcel"))
                .isEqualTo(ROWS + " " + ROWS);
    }

    @Test
    void a_disk_that_fills_up_at_the_snapshot_leaves_no_file_and_an_untouched_target() throws Exception {
        ChildProcess copy = ChildProcess.startOnFullDisk(directory, Map.of("PGPASSWORD", TestPostgres.PASSWORD),
                HEAP / 4, "copy", "--source", source.toString(), "--target", database.urlWithoutPassword(),
                "--snapshot-dir", snapshots().toString());
        assertThat(copy.await()).as(copy.output()).isEqualTo(3);
        assertThat(copy.output()).contains("The snapshot of").contains("No file was left behind");
        assertThat(snapshots()).isEmptyDirectory();
        assertThat(database.scalar("SELECT to_regnamespace('ferryman')")).isNull();
    }
}
