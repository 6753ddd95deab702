package dev.ferryman.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SqliteSource;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
    private static final String MANY_ROWS = """
                                            INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
                                            SELECT i, printf('%0900d', i) FROM n""";

    @TempDir
    Path directory;

    private Path source(String... statements) throws Exception {
        Path file = directory.resolve("app.db");
        CopyFixture.sqlite(file, statements);
        return file;
    }

    private Path snapshots() {
        return directory.resolve("snapshots");
    }

    private SnapshotFile take(Path file) throws InterruptedException {
        return Snapshot.take(SqliteSource.live(file), snapshots(), SnapshotListener.SILENT);
    }

    private List<Path> files() throws Exception {
        try (var files = Files.list(snapshots())) {
            return files.toList();
        }
    }

    private static long count(Path file) throws Exception {
        try (Connection connection = SqliteSource.snapshot(file).connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM t")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void a_snapshot_holds_every_row_and_its_hash_is_the_files() throws Exception {
        var seen = new AtomicLong();
        Path file = source("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", MANY_ROWS);
        SnapshotFile snapshot = Snapshot.take(SqliteSource.live(file), snapshots(), new SnapshotListener() {
            @Override
            public void copied(long copied, long total) {
                seen.set(copied);
            }
        });
        assertThat(count(snapshot.path())).isEqualTo(20_000);
        assertThat(snapshot.sha256()).isEqualTo(Snapshot.sha256(snapshot.path()));
        assertThat(snapshot.bytes()).isEqualTo(Files.size(snapshot.path()));
        assertThat(seen.get()).isEqualTo(snapshot.bytes());
        assertThat(files()).containsExactly(snapshot.path());
    }

    @Test
    void writers_go_on_in_wal_mode_and_the_snapshot_is_of_one_moment() throws Exception {
        Path file = source("PRAGMA journal_mode = WAL", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", MANY_ROWS);
        var stop = new AtomicBoolean();
        var begun = new CountDownLatch(1);
        var writer = new FutureTask<>(() -> {
            long written = 0;
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                    var statement = connection.createStatement()) {
                while (!stop.get()) {
                    statement.execute("BEGIN");
                    statement.execute("INSERT INTO t (v) VALUES (1)");
                    statement.execute("INSERT INTO t (v) VALUES (2)");
                    statement.execute("COMMIT");
                    written++;
                    begun.countDown();
                }
            }
            return written;
        });
        Thread.ofPlatform().start(writer);
        begun.await();
        SnapshotFile snapshot = take(file);
        stop.set(true);
        assertThat(writer.get()).isPositive();
        assertThat(count(snapshot.path())).as("both rows of a transaction, or neither").matches(n -> n % 2 == 0);
        assertThat(snapshot.stalled()).isZero();
    }

    @Test
    void in_rollback_journal_mode_the_time_that_writers_had_to_wait_is_told() throws Exception {
        Path file = source("PRAGMA journal_mode = DELETE", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", MANY_ROWS);
        SnapshotFile snapshot = take(file);
        assertThat(snapshot.stalled()).isPositive().isLessThanOrEqualTo(snapshot.took());
    }

    @Test
    void a_damaged_source_is_refused_and_nothing_is_left() throws Exception {
        Path file = source("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", MANY_ROWS);
        try (var raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(40 * 4096);
            raw.write(new byte[4096]);
        }
        assertThatThrownBy(() -> take(file)).isInstanceOf(BadInputException.class).hasMessageContaining("damaged");
        assertThat(files()).isEmpty();
    }

    @Test
    void what_is_read_of_a_snapshot_while_it_is_checked_comes_with_the_finished_file() throws Exception {
        Path file = source("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", MANY_ROWS);
        var read = Snapshot.take(SqliteSource.live(file), snapshots(), SnapshotListener.SILENT,
                unchecked -> count(unchecked.path()));
        assertThat(read.found()).isEqualTo(20_000);
        assertThat(read.file().sha256()).isEqualTo(Snapshot.sha256(read.file().path()));
        assertThat(files()).containsExactly(read.file().path());
    }

    @Test
    void damage_is_what_is_told_even_where_the_reading_fails_first_or_finds_nothing_wrong() throws Exception {
        Path file = source("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", MANY_ROWS);
        try (var raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(40 * 4096);
            raw.write(new byte[4096]);
        }
        var live = SqliteSource.live(file);
        assertThatThrownBy(() -> Snapshot.take(live, snapshots(), SnapshotListener.SILENT, _ -> {
            throw new SQLException("cannot be read");
        })).isInstanceOf(BadInputException.class).hasMessageContaining("damaged");
        assertThatThrownBy(() -> Snapshot.take(live, snapshots(), SnapshotListener.SILENT, _ -> "read"))
                .isInstanceOf(BadInputException.class).hasMessageContaining("damaged");
        assertThat(files()).isEmpty();
    }

    @Test
    void a_reading_that_fails_or_is_interrupted_leaves_no_file() throws Exception {
        Path file = source("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", MANY_ROWS);
        var live = SqliteSource.live(file);
        assertThatThrownBy(() -> Snapshot.take(live, snapshots(), SnapshotListener.SILENT, _ -> {
            throw new SQLException("cannot be read");
        })).isInstanceOf(SQLException.class).hasMessage("cannot be read");
        assertThatThrownBy(() -> Snapshot.take(live, snapshots(), SnapshotListener.SILENT, _ -> {
            throw new InterruptedException();
        })).isInstanceOf(InterruptedException.class);
        assertThat(files()).isEmpty();
    }

    @Test
    void rows_that_break_their_own_constraints_are_no_damage() throws Exception {
        Path file = source("CREATE TABLE t (id INTEGER PRIMARY KEY, v CHECK (v > 0))",
                "PRAGMA ignore_check_constraints = 1",
                "INSERT INTO t VALUES (1, -1)");
        assertThat(count(take(file).path())).isEqualTo(1);
    }

    @Test
    void a_directory_that_cannot_be_made_is_bad_input() throws Exception {
        Path file = source("CREATE TABLE t (a)");
        Path inTheWay = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(
                () -> Snapshot.take(SqliteSource.live(file), inTheWay.resolve("below"), SnapshotListener.SILENT))
                .isInstanceOf(BadInputException.class).hasMessageContaining("cannot be made");
    }

    @Test
    void what_a_dead_process_left_is_swept_and_a_running_ones_file_is_not() throws Exception {
        Path file = source("CREATE TABLE t (a)");
        Files.createDirectories(snapshots());
        Path old = Files.createFile(snapshots().resolve("app.db-1.sqlite.part"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(3600)));
        Path fresh = Files.createFile(snapshots().resolve("app.db-2.sqlite.part"));
        take(file);
        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
    }

    @Test
    void an_interrupt_ends_it_and_removes_the_file() throws Exception {
        Path file = source("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", MANY_ROWS);
        var ended = new CountDownLatch(1);
        var once = new AtomicBoolean();
        Thread caller = Thread.currentThread();
        assertThatThrownBy(() -> Snapshot.take(SqliteSource.live(file), snapshots(), new SnapshotListener() {
            @Override
            public void copied(long copied, long total) {
                if (once.compareAndSet(false, true)) {
                    caller.interrupt();
                }
                if (copied == total) {
                    ended.countDown();
                }
            }
        })).isInstanceOf(InterruptedException.class);
        ended.await();
        // The abandoned backup removes its file once SQLite has let go of it.
        Awaitility.await().untilAsserted(() -> assertThat(files()).isEmpty());
    }
}
