package dev.ferryman.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.internal.SqliteChecks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteSourceTest {
    @TempDir
    Path directory;

    @Test
    void a_missing_file_a_directory_and_an_empty_file_are_refused() throws IOException {
        assertRefused(directory.resolve("none.db"), "does not exist");
        assertRefused(directory, "is a directory");
        assertRefused(Files.createFile(directory.resolve("empty.db")), "is empty (0 bytes)");
    }

    @Test
    void a_file_that_is_no_database_or_encrypted_is_refused() throws IOException {
        var text = Files.writeString(directory.resolve("notes.txt"), "dear diary\n".repeat(1000));
        assertRefused(text, "not a SQLite database, or it is encrypted");
    }

    @Test
    void a_truncated_file_is_refused() throws Exception {
        var file = create("cut.db", "CREATE TABLE t(x)",
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 5000) INSERT INTO t SELECT 'row '||i FROM n");
        try (var access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(Files.size(file) - 8192);
        }
        assertRefused(file, "truncated");
    }

    @Test
    void a_damaged_schema_is_refused() throws Exception {
        var file = create("damaged.db", "CREATE TABLE t(x)");
        try (var access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(100);
            access.write(new byte[200]);
        }
        assertRefused(file, "damaged or truncated");
    }

    @Test
    void a_file_held_exclusively_is_refused() throws Exception {
        var file = create("held.db", "CREATE TABLE t(x)");
        try (var holder = connect(file); var statement = holder.createStatement()) {
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            statement.execute("BEGIN EXCLUSIVE");
            assertRefused(file, "is locked");
        }
        assertThat(SqliteSource.live(file).path()).isEqualTo(file.toRealPath());
    }

    @Test
    void a_hot_journal_is_refused_and_left_as_it_is() throws Exception {
        var file = create("hot.db", "CREATE TABLE t(x)", "INSERT INTO t VALUES (zeroblob(100000))");
        var crashed = directory.resolve("crashed.db");
        try (var writer = connect(file); var statement = writer.createStatement()) {
            statement.execute("PRAGMA cache_size = 1");
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("UPDATE t SET x = randomblob(100000)");
            // A copy in the middle of the transaction is what a crash leaves behind.
            Files.copy(file, crashed);
            Files.copy(Path.of(file + "-journal"), Path.of(crashed + "-journal"));
            statement.execute("ROLLBACK");
        }
        var journal = Files.size(Path.of(crashed + "-journal"));
        assertThat(journal).isPositive();
        assertRefused(crashed, "hot journal");
        assertThat(Files.size(Path.of(crashed + "-journal"))).isEqualTo(journal);
    }

    @Test
    void an_application_in_the_middle_of_a_transaction_is_no_hot_journal() throws Exception {
        var file = create("busy.db", "CREATE TABLE t(x)");
        try (var writer = connect(file); var statement = writer.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("INSERT INTO t VALUES (1)");
            assertThat(Path.of(file + "-journal")).exists();
            assertThat(SqliteSource.live(file).immutable()).isFalse();
            statement.execute("ROLLBACK");
        }
    }

    @Test
    void a_wal_database_without_its_shared_memory_file_is_read_with_its_log() throws Exception {
        var file = create("wal.db", "PRAGMA journal_mode = WAL", "CREATE TABLE t(x)");
        var crashed = directory.resolve("wal-crashed.db");
        try (var writer = connect(file); var statement = writer.createStatement()) {
            statement.execute("INSERT INTO t VALUES (42)");
            Files.copy(file, crashed);
            Files.copy(Path.of(file + "-wal"), Path.of(crashed + "-wal"));
        }
        try (var connection = SqliteSource.live(crashed).connect();
                var row = connection.createStatement().executeQuery("SELECT x FROM t")) {
            assertThat(row.getInt(1)).isEqualTo(42);
        }
    }

    @Test
    void neither_a_live_file_nor_a_snapshot_can_be_written_through_a_connection() throws Exception {
        var file = create("plain.db", "CREATE TABLE t(x)");
        for (var source : new SqliteSource[]{SqliteSource.live(file), SqliteSource.snapshot(file)}) {
            try (var connection = source.connect(); var statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.execute("INSERT INTO t VALUES (1)"))
                        .isInstanceOf(SQLException.class).hasMessageContaining("readonly");
            }
        }
    }

    @Test
    void a_connection_never_creates_a_file() throws Exception {
        var file = create("gone.db", "CREATE TABLE t(x)");
        var source = SqliteSource.live(file);
        Files.delete(file);
        assertThatThrownBy(source::connect).isInstanceOf(SQLException.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void names_with_spaces_question_marks_percent_signs_and_emoji_are_opened() throws Exception {
        for (var name : new String[]{"a b.db", "a?mode=memory.db", "100%41.db", "a#b&c=d.db", "grüße-🐘.db"}) {
            var file = Files.copy(create("simple.db", "CREATE TABLE IF NOT EXISTS t(x)"), directory.resolve(name));
            for (var source : new SqliteSource[]{SqliteSource.live(file), SqliteSource.snapshot(file)}) {
                try (var connection = source.connect();
                        var row = connection.createStatement().executeQuery("SELECT count(*) FROM t")) {
                    assertThat(row.getInt(1)).isZero();
                }
            }
        }
    }

    @Test
    void a_network_file_system_is_refused_with_the_reason() {
        for (var type : new String[]{"nfs4", "CIFS", "fuse.sshfs", "9p"}) {
            assertThatThrownBy(() -> SqliteChecks.refuseNetworkFileSystem(Path.of("/data/app.db"), type))
                    .isInstanceOf(BadInputException.class).hasMessageContaining("network file system (" + type + ")");
        }
        SqliteChecks.refuseNetworkFileSystem(Path.of("/data/app.db"), "ext4");
    }

    @Test
    void invalid_utf8_and_nul_are_read_exactly_as_bytes() throws Exception {
        var file = create("bytes.db", "CREATE TABLE t(x TEXT)",
                "INSERT INTO t VALUES (CAST(x'61ff62' AS TEXT)), (CAST(x'610062' AS TEXT))");
        try (var connection = SqliteSource.snapshot(file).connect();
                var rows = connection.createStatement().executeQuery("SELECT x FROM t ORDER BY rowid")) {
            rows.next();
            assertThat(rows.getObject(1)).isEqualTo("a\uFFFDb");
            assertThat(rows.getBytes(1)).isEqualTo(new byte[]{0x61, (byte) 0xff, 0x62});
            rows.next();
            assertThat(rows.getObject(1)).isEqualTo("a\0b");
            assertThat(rows.getBytes(1)).isEqualTo(new byte[]{0x61, 0, 0x62});
        }
    }

    @Test
    void a_utf16_database_is_read_as_text() throws Exception {
        var file = create("utf16.db", "PRAGMA encoding = 'UTF-16le'", "CREATE TABLE t(x TEXT)",
                "INSERT INTO t VALUES ('grüße 🐘')");
        try (var connection = SqliteSource.snapshot(file).connect();
                var rows = connection.createStatement().executeQuery("SELECT x FROM t")) {
            assertThat(rows.getString(1)).isEqualTo("grüße 🐘");
            assertThat(rows.getBytes(1)).isEqualTo("grüße 🐘".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> SqliteSource.live(file)).isInstanceOf(BadInputException.class)
                .hasMessageContaining(message).extracting(e -> ((BadInputException) e).next()).asString().isNotBlank();
    }

    private Path create(String name, String... statements) throws SQLException {
        var file = directory.resolve(name);
        try (var connection = connect(file); var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
        return file;
    }

    private static Connection connect(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }
}
