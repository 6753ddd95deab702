package dev.ferryman.copy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.endpoint.ValueTooLongException;
import dev.ferryman.endpoint.internal.SqliteLibrary;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowCursorTest {
    @Nested
    class ThroughJdbc extends RowCursorContract {
        @Override
        void read(SqliteSource snapshot, SourceTable table, Chunk chunk, Reading reading) throws SQLException {
            try (var reader = new SqliteReader(snapshot, Integer.MAX_VALUE, Integer.MAX_VALUE, false);
                    var cursor = reader.open(table.rows(chunk))) {
                reading.of(cursor);
            }
        }
    }

    @Nested
    class InPieces extends RowCursorContract {
        @Override
        void read(SqliteSource snapshot, SourceTable table, Chunk chunk, Reading reading) throws SQLException {
            try (var reader = new SqliteReader(snapshot, Integer.MAX_VALUE, Integer.MAX_VALUE, false);
                    var cursor = new PiecewiseRowCursor(reader, table, chunk)) {
                reading.of(cursor);
            }
        }
    }

    @Nested
    class ThroughTheSystemsLibrary extends RowCursorContract {
        @Override
        void read(SqliteSource snapshot, SourceTable table, Chunk chunk, Reading reading) throws SQLException {
            assumeTrue(SqliteLibrary.present(), "this system has no libsqlite3");
            try (var reader = new SqliteReader(snapshot, Integer.MAX_VALUE, Integer.MAX_VALUE, true);
                    var cursor = reader.open(table.rows(chunk))) {
                assertThat(reader.name()).startsWith("libsqlite3");
                reading.of(cursor);
            }
        }
    }

    @TempDir
    Path directory;
    private Path file = Path.of("");

    @BeforeEach
    void make() throws SQLException {
        file = directory.resolve("t.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (v)");
            statement.execute("INSERT INTO t VALUES (zeroblob(1000))");
        }
    }

    @Test
    void the_reader_that_ran_is_named_and_jdbc_stands_in_where_there_is_no_library() throws SQLException {
        try (var reader = new SqliteReader(SqliteSource.snapshot(file), 1000, 1000, false)) {
            assertThat(reader.name()).startsWith("sqlite-jdbc 3.");
        }
        assumeTrue(SqliteLibrary.present(), "this system has no libsqlite3");
        try (var reader = new SqliteReader(SqliteSource.snapshot(file), 1000, 1000, true)) {
            assertThat(reader.name()).startsWith("libsqlite3 3.");
        }
        try (var reader = new SqliteReader(SqliteSource.live(file), 1000, 1000, true)) {
            assertThat(reader.name()).as("a live file is never opened by a second library").startsWith("sqlite-jdbc");
        }
    }

    @Test
    void a_longer_value_than_wanted_is_not_loaded() throws SQLException {
        for (boolean library : new boolean[]{false, true}) {
            try (var reader = new SqliteReader(SqliteSource.snapshot(file), 999, 999, library);
                    var cursor = reader.open("SELECT v FROM t")) {
                assertThatThrownBy(cursor::next).isInstanceOf(ValueTooLongException.class);
            }
            try (var reader = new SqliteReader(SqliteSource.snapshot(file), 1000, 1000, library);
                    var cursor = reader.open("SELECT v FROM t")) {
                assertThat(cursor.next()).isTrue();
                assertThat(cursor.length(0)).isEqualTo(1000);
            }
        }
    }
}
