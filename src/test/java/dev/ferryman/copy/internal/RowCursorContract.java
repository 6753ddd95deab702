package dev.ferryman.copy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.TableKey;
import dev.ferryman.schema.TablePlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every reader of snapshots gives for the same rows. */
abstract class RowCursorContract {
    private static final TablePlan TABLE = new TablePlan("t", "public", "t", false, "id",
            new TableKey(List.of("id"), true),
            List.of(new ColumnPlan("v", "v", "", PgType.of(PgType.Base.TEXT), Conversion.DIRECT, false, null, null,
                    false,
                    "test")),
            null, List.of(), 100);

    @TempDir
    Path directory;

    /** Works on the rows of a chunk. */
    interface Reading {
        void of(RowCursor cursor) throws SQLException;
    }

    /** Opens the reader that is tested, and closes it. */
    abstract void read(SqliteSource snapshot, SourceTable table, Chunk chunk, Reading reading)
            throws SQLException;

    private SqliteSource snapshot(String encoding, String... values) throws SQLException {
        Path file = directory.resolve("with space & ż? " + encoding + ".db");
        // sqlite-jdbc reads ? as the start of its own parameters.
        Path plain = directory.resolve(encoding + ".db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + plain);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA encoding = '" + encoding + "'");
            statement.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
            for (String value : values) {
                statement.execute("INSERT INTO t (v) VALUES (" + value + ")");
            }
        }
        try {
            Files.move(plain, file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return SqliteSource.snapshot(file);
    }

    private static byte[] bytes(RowCursor cursor) throws SQLException {
        byte[] bytes = new byte[cursor.length(0)];
        cursor.copy(0, 0, bytes, 0, bytes.length);
        return bytes;
    }

    private static String value(RowCursor cursor) throws SQLException {
        return switch (cursor.type(0)) {
            case RowCursor.INTEGER -> "integer " + cursor.integer(0);
            case RowCursor.REAL -> "real " + Double.toHexString(cursor.real(0));
            case RowCursor.TEXT -> "text " + HexFormat.of().formatHex(bytes(cursor));
            case RowCursor.BLOB -> "blob " + HexFormat.of().formatHex(bytes(cursor));
            default -> "null";
        };
    }

    private List<String> values(SqliteSource snapshot, Chunk chunk) throws SQLException {
        List<String> found = new ArrayList<>();
        read(snapshot, new SourceTable(TABLE), chunk, cursor -> {
            while (cursor.next()) {
                found.add(value(cursor));
            }
        });
        return found;
    }

    private static Chunk all() {
        return new Chunk(0, 0, null, null);
    }

    @Test
    void every_storage_class_is_read_as_it_is_stored() throws SQLException {
        var snapshot = snapshot("UTF-8", "NULL", "-9223372036854775808", "0", "-0.0", "9e999", "0.1", "''", "'żółw'",
                "'a' || char(0) || 'b'", "CAST(x'ff00fe' AS TEXT)", "x''", "x'00ff'");
        assertThat(values(snapshot, all())).containsExactly("null", "integer -9223372036854775808", "integer 0",
                "real -0x0.0p0", "real Infinity", "real 0x1.999999999999ap-4", "text ",
                "text " + HexFormat.of().formatHex("żółw".getBytes(StandardCharsets.UTF_8)), "text 610062",
                "text ff00fe", "blob ", "blob 00ff");
    }

    @Test
    void text_of_a_utf_16_database_is_given_in_utf_8_and_blobs_as_they_are() throws SQLException {
        var snapshot = snapshot("UTF-16be", "'żółw'", "''", "x'00c3'");
        assertThat(values(snapshot, all())).containsExactly(
                "text " + HexFormat.of().formatHex("żółw".getBytes(StandardCharsets.UTF_8)), "text ", "blob 00c3");
    }

    @Test
    void a_chunk_has_its_first_key_and_not_its_last() throws SQLException {
        var snapshot = snapshot("UTF-8", "1", "2", "3", "4");
        assertThat(values(snapshot, new Chunk(0, 0, null, "2"))).containsExactly("integer 1");
        assertThat(values(snapshot, new Chunk(0, 1, "2", "4"))).containsExactly("integer 2", "integer 3");
        assertThat(values(snapshot, new Chunk(0, 2, "4", null))).containsExactly("integer 4");
    }

    @Test
    void parts_of_a_value_are_copied_to_where_they_are_wanted() throws SQLException {
        var snapshot = snapshot("UTF-8", "'abcdef'");
        read(snapshot, new SourceTable(TABLE), all(), cursor -> {
            assertThat(cursor.next()).isTrue();
            byte[] into = "------".getBytes(StandardCharsets.US_ASCII);
            cursor.copy(0, 2, into, 1, 3);
            assertThat(new String(into, StandardCharsets.US_ASCII)).isEqualTo("-cde--");
            assertThatThrownBy(() -> cursor.copy(0, 4, into, 0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        });
    }
}
