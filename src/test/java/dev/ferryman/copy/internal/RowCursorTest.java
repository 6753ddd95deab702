package dev.ferryman.copy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ferryman.endpoint.SqliteSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowCursorTest {
    @Nested
    class ThroughJdbc extends RowCursorContract {
        @Override
        void read(SqliteSource snapshot, SourceTable table, Chunk chunk, boolean utf16, Reading reading)
                throws SQLException {
            try (Connection connection = snapshot.connect();
                    var cursor = new JdbcRowCursor(connection, table.rows(chunk), utf16)) {
                reading.of(cursor);
            }
        }
    }

    @Nested
    class InPieces extends RowCursorContract {
        @Override
        void read(SqliteSource snapshot, SourceTable table, Chunk chunk, boolean utf16, Reading reading)
                throws SQLException {
            try (Connection connection = snapshot.connect();
                    var cursor = new PiecewiseRowCursor(connection, table, chunk, utf16)) {
                reading.of(cursor);
            }
        }
    }

    @Nested
    class ThroughTheSystemsLibrary extends RowCursorContract {
        @Override
        void read(SqliteSource snapshot, SourceTable table, Chunk chunk, boolean utf16, Reading reading)
                throws SQLException {
            assumeTrue(SqliteLibrary.found().isPresent(), "this system has no libsqlite3");
            try (var database = new NativeDatabase(SqliteLibrary.found().orElseThrow(), snapshot.path(), utf16);
                    var cursor = database.query(table.rows(chunk))) {
                reading.of(cursor);
            }
        }
    }

    @TempDir
    Path directory;

    @Test
    void the_reader_that_ran_is_named_and_jdbc_stands_in_where_there_is_no_library() throws SQLException {
        Path file = directory.resolve("t.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (v)");
        }
        try (var reader = new SnapshotReader(SqliteSource.snapshot(file), false)) {
            assertThat(reader.name()).startsWith("sqlite-jdbc 3.");
        }
        assumeTrue(SqliteLibrary.found().isPresent(), "this system has no libsqlite3");
        try (var reader = new SnapshotReader(SqliteSource.snapshot(file), true)) {
            assertThat(reader.name()).startsWith("libsqlite3 3.");
        }
        try (var reader = new SnapshotReader(SqliteSource.live(file), true)) {
            assertThat(reader.name()).as("a live file is never opened by a second library").startsWith("sqlite-jdbc");
        }
    }
}
