package dev.ferryman.copy.internal;

import dev.ferryman.copy.internal.Sieve.Caught;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code ferryman.quarantine} in the target: rows that cannot be held exactly, whole, with the reason. A row is an object
 * with one entry per column of the source: {@code null}, {@code {"integer": "7"}}, {@code {"real": "1.5"}}, {@code {"text":
 * "old"}}, {@code {"text-hex": "6100ff"}} where a text holds NUL or is no UTF-8, {@code {"blob-hex": "00ff"}}.
 */
public final class QuarantineTable {
    private static final String TABLE = """
                                        CREATE TABLE IF NOT EXISTS ferryman.quarantine (
                                            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                                            job text NOT NULL,
                                            target_schema text NOT NULL,
                                            target_table text NOT NULL,
                                            source_table text NOT NULL,
                                            row_key text NOT NULL,
                                            source_rowid bigint,
                                            source_columns text[] NOT NULL,
                                            rule text NOT NULL,
                                            reason text NOT NULL,
                                            source_row jsonb NOT NULL,
                                            quarantined_at timestamptz NOT NULL DEFAULT clock_timestamp());
                                        CREATE INDEX IF NOT EXISTS quarantine_by_table
                                            ON ferryman.quarantine (target_schema, target_table, number);
                                        COMMENT ON TABLE ferryman.quarantine IS
                                            'Rows of the source that the target cannot hold exactly, whole and with the reason.'""";
    private static final int ROWS_AT_ONCE = 100;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private QuarantineTable() {}

    /** Makes the table and refuses to mix with what an earlier copy has left for the same tables. */
    static void create(Connection target, Plan plan) throws SQLException {
        if (!plan.quarantines()) {
            return;
        }
        try (var statement = target.createStatement()) {
            statement.execute(TABLE);
        }
        for (TablePlan table : plan.tables()) {
            try (var statement = target.prepareStatement("SELECT EXISTS (SELECT 1 FROM ferryman.quarantine"
                    + " WHERE target_schema = ? AND target_table = ?)")) {
                statement.setString(1, table.targetSchema());
                statement.setString(2, table.target());
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    if (rows.getBoolean(1)) {
                        throw new BadInputException("The quarantine still holds rows of an earlier copy of "
                                + table.source() + ".",
                                "Look at ferryman.quarantine, then remove them with clean --quarantine drop.");
                    }
                }
            }
        }
    }

    /** Whether the target has the table. */
    public static boolean exists(Connection target) throws SQLException {
        try (var statement = target.createStatement();
                var rows = statement.executeQuery("SELECT to_regclass('ferryman.quarantine') IS NOT NULL")) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    /** Rows in it, of all copies. */
    public static long rows(Connection target) throws SQLException {
        if (!exists(target)) {
            return 0;
        }
        try (var statement = target.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM ferryman.quarantine")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Removes the rows of a copy, and the table with the last ones. */
    static void remove(Connection target, String job) throws SQLException {
        if (exists(target)) {
            try (var statement = target.prepareStatement("DELETE FROM ferryman.quarantine WHERE job = ?")) {
                statement.setString(1, job);
                statement.executeUpdate();
            }
            dropEmpty(target);
        }
    }

    /** Drops the table if nothing is in it. */
    static void dropEmpty(Connection target) throws SQLException {
        if (exists(target) && rows(target) == 0) {
            drop(target);
        }
    }

    /** Drops the table with all that is in it. */
    public static void drop(Connection target) throws SQLException {
        try (var statement = target.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS ferryman.quarantine");
        }
    }

    /** Writes rows of one chunk, in the transaction that commits the chunk. */
    static void write(Connection target, String job, SnapshotReader reader, SourceTable table, List<Caught> caught)
            throws SQLException {
        if (caught.isEmpty()) {
            return;
        }
        List<String> columns = columns(reader, table);
        String selected = columns.stream().map(SqlNames::quoteSqlite).collect(Collectors.joining(", "));
        try (PreparedStatement insert = target.prepareStatement(
                """
                INSERT INTO ferryman.quarantine (job, target_schema, target_table, source_table, row_key, source_rowid,
                    source_columns, rule, reason, source_row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)""")) {
            int waiting = 0;
            for (Caught row : caught) {
                try (RowCursor cursor = reader.open("SELECT " + selected + ", " + String.join(", ", table.position())
                        + " FROM " + table.name() + " WHERE " + table.at(row.position()))) {
                    if (!cursor.next()) {
                        throw new IllegalStateException("a row of " + table.plan().source() + " was not found again");
                    }
                    insert.setString(1, job);
                    insert.setString(2, table.plan().targetSchema());
                    insert.setString(3, table.plan().target());
                    insert.setString(4, table.plan().source());
                    insert.setString(5, key(table, columns, cursor));
                    insert.setObject(6, table.byRowid() ? cursor.integer(columns.size()) : null,
                            java.sql.Types.BIGINT);
                    insert.setArray(7, target.createArrayOf("text", row.rule().columns().toArray()));
                    insert.setString(8, row.rule().kind().name().toLowerCase(java.util.Locale.ROOT));
                    insert.setString(9, row.rule().reason());
                    insert.setString(10, json(columns, cursor));
                    insert.addBatch();
                }
                if (++waiting == ROWS_AT_ONCE) {
                    insert.executeBatch();
                    waiting = 0;
                }
            }
            insert.executeBatch();
        }
    }

    /** All columns of the source's table, those that stay behind and generated ones too. */
    private static List<String> columns(SnapshotReader reader, SourceTable table) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (RowCursor cursor = reader.open("SELECT name FROM pragma_table_xinfo("
                + SqlNames.literal(table.plan().source()) + ", 'main') WHERE hidden <> 1 ORDER BY cid")) {
            while (cursor.next()) {
                columns.add(new String(bytes(cursor, 0), StandardCharsets.UTF_8));
            }
        }
        return columns;
    }

    private static String key(SourceTable table, List<String> columns, RowCursor cursor) throws SQLException {
        List<String> parts = new ArrayList<>();
        for (String name : table.plan().key().columns()) {
            int index = columns.indexOf(name);
            if (index >= 0) {
                parts.add(name + " = " + SnapshotReader.value(cursor, index));
            }
        }
        return parts.isEmpty()
                ? "rowid = " + SnapshotReader.value(cursor, columns.size())
                : String.join(", ", parts);
    }

    private static String json(List<String> columns, RowCursor cursor) throws SQLException {
        ObjectNode row = JSON.createObjectNode();
        for (int i = 0; i < columns.size(); i++) {
            String name = columns.get(i);
            switch (cursor.type(i)) {
                case RowCursor.NULL -> row.putNull(name);
                case RowCursor.INTEGER -> row.putObject(name).put("integer", Long.toString(cursor.integer(i)));
                case RowCursor.REAL -> row.putObject(name).put("real", NumberText.of(cursor.real(i)));
                case RowCursor.TEXT -> text(row.putObject(name), bytes(cursor, i));
                default -> row.putObject(name).put("blob-hex", HexFormat.of().formatHex(bytes(cursor, i)));
            }
        }
        return JSON.writeValueAsString(row);
    }

    private static void text(ObjectNode value, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (text.indexOf('\0') < 0) {
                value.put("text", text);
                return;
            }
        } catch (CharacterCodingException e) {
            // Kept byte by byte below.
        }
        value.put("text-hex", HexFormat.of().formatHex(bytes));
    }

    private static byte[] bytes(RowCursor cursor, int column) throws SQLException {
        byte[] bytes = new byte[cursor.length(column)];
        cursor.copy(column, 0, bytes, 0, bytes.length);
        return bytes;
    }
}
