package dev.ferryman.verify.internal;

import dev.ferryman.schema.SqlNames;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * Text and blobs that are not taken into memory whole: SQLite hands them over in pieces, by rowid, and their SHA-256
 * takes their place; the target computes its own. A statement that is read with this gives, behind the table's columns,
 * the length of each long column where it is long, and then the rowid.
 */
final class LongValues implements AutoCloseable {
    /** Values of more bytes are long. */
    static final int FROM = 8 * 1024 * 1024;
    private static final int PIECE = 8 * 1024 * 1024 - 1024;

    private final int[] wide;
    private final int columns;
    private final PreparedStatement[] pieces;

    /**
     * @param connection of its own to the snapshot, on which SQLite's limit of lengths is not lowered
     * @param table a table in its {@link ComparedTable#wide(boolean)} form
     */
    LongValues(Connection connection, ComparedTable table) throws SQLException {
        this.wide = table.wideColumns();
        this.columns = table.columns().size();
        this.pieces = new PreparedStatement[wide.length];
        for (int i = 0; i < wide.length; i++) {
            pieces[i] = connection.prepareStatement("SELECT substr(CAST(s."
                    + SqlNames.quoteSqlite(table.columns().get(wide[i]).plan().source())
                    + " AS BLOB), ?, ?) FROM " + SqlNames.quoteSqlite(table.name()) + " AS s WHERE s."
                    + table.rowid() + " = ?");
        }
    }

    /** Puts digests into the current row. */
    void replace(SnapshotRows row) throws SQLException {
        for (int i = 0; i < wide.length; i++) {
            if (!row.isNull(columns + i)) {
                long length = row.integer(columns + i);
                row.setLong(wide[i], digest(pieces[i], row.integer(columns + wide.length), length), length);
            }
        }
    }

    private static byte[] digest(PreparedStatement statement, long rowid, long length) throws SQLException {
        MessageDigest digest = Shown.sha256();
        for (long done = 0; done < length; done += PIECE) {
            statement.setLong(1, done + 1);
            statement.setLong(2, PIECE);
            statement.setLong(3, rowid);
            try (var rows = statement.executeQuery()) {
                rows.next();
                digest.update(rows.getBytes(1));
            }
        }
        return digest.digest();
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : Arrays.asList(pieces)) {
            statement.close();
        }
    }
}
