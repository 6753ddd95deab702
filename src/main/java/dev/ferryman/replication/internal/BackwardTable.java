package dev.ferryman.replication.internal;

import dev.ferryman.replication.ReplicationFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Brings the changed rows of one table from the target into the source, inside transactions of the caller on both sides.
 * A column that has not changed keeps the value that SQLite has, in whatever form; what was written is read back and
 * compared by PostgreSQL before anything is committed.
 */
final class BackwardTable {
    /** Rows fetched at once: few, since one may be large. */
    private static final int FETCH = 32;

    private final ReplicatedTable table;
    private final BackwardSql sql;
    private final Connection source;
    private final Connection target;
    private final boolean utf16;
    private final List<SourceForm> forms;
    private final List<TargetForm> back;
    private final SourceRows rows;

    BackwardTable(ReplicatedTable table, Connection source, Connection target, boolean utf16) throws SQLException {
        this.table = table;
        this.sql = new BackwardSql(table);
        this.source = source;
        this.target = target;
        this.utf16 = utf16;
        this.back = table.columns().stream().map(ReplicatedColumn::form).toList();
        List<SourceForm> found = new ArrayList<>();
        for (ReplicatedColumn column : table.columns()) {
            found.add(SourceForms.of(column, ColumnHabit.of(source, table, column)));
        }
        this.forms = List.copyOf(found);
        this.rows = new SourceRows(source, table);
    }

    /**
     * What a batch did to the table.
     *
     * @param changes recorded changes consumed
     * @param rows rows inserted or updated
     * @param deleted rows deleted
     */
    record Done(long changes, long rows, long deleted) {}

    ReplicatedTable table() {
        return table;
    }

    long pending() throws SQLException {
        return Sql.number(target, sql.pending());
    }

    /**
     * Takes changes and brings their rows over.
     *
     * @param most most recorded changes; a negative number for all
     * @throws ConflictException if rows beyond these changes have to come with them
     */
    Done apply(long most) throws SQLException, ConflictException {
        if (pending() == 0) {
            return new Done(0, 0, 0);
        }
        Sql.execute(target, "SET LOCAL client_min_messages = warning");
        for (String create : sql.create()) {
            Sql.execute(target, create);
        }
        record Taken(long changes, boolean whole) {}
        Taken taken = Sql.query(target, sql.take(), row -> new Taken(row.getLong(1), row.getBoolean(2)),
                most < 0 ? null : most).getFirst();
        if (taken.whole() || table.key().isEmpty()) {
            return whole(taken.changes() + Sql.update(target, sql.takeAll()));
        }
        Map<Long, List<Object>> before = stage(keys());
        var savepoint = "ferryman_" + table.number();
        Sql.execute(source, "SAVEPOINT " + savepoint);
        Done done;
        try {
            done = write(taken.changes(), before, false);
        } catch (ConflictException e) {
            Sql.execute(source, "ROLLBACK TO " + savepoint);
            done = write(taken.changes(), before, true);
        }
        Sql.execute(source, "RELEASE " + savepoint);
        Map<Long, List<Object>> after = stage(keys());
        requireSame();
        record(before, after);
        return done;
    }

    private List<Key> keys() throws SQLException {
        return Sql.query(target, sql.keys(), row -> {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < table.key().size(); i++) {
                texts.add(row.getString(i + 2));
            }
            return new Key(row.getLong(1), texts);
        });
    }

    /** A recorded key as PostgreSQL writes it. */
    private record Key(long number, List<String> texts) {}

    /** Puts the rows that SQLite has for some keys beside them; gives the keys as SQLite has them. */
    private Map<Long, List<Object>> stage(List<Key> keys) throws SQLException {
        rows.clearKeys();
        for (Key key : keys) {
            rows.addKey(key.number(), written(key.texts()));
        }
        Sql.execute(target, sql.clearWas());
        Map<Long, List<Object>> found = new HashMap<>();
        var line = new CopyLine();
        try (var spool = new Spool(); var has = new SqliteRows(source, utf16, rows.lookUpSql())) {
            while (has.next()) {
                long number = has.integer(0);
                if (found.put(number, rows.key(has)) != null) {
                    throw new ReplicationFailedException("Table " + table.plan().source()
                            + " of SQLite has two rows that are one row of PostgreSQL: " + rows.key(has) + ".",
                            "Nothing of this batch was written. Correct one of them, then go on.");
                }
                line.clear();
                line.plain(Long.toString(number));
                for (int i = 0; i < back.size(); i++) {
                    line.separator();
                    if (has.type(1 + i) == SqliteRows.NULL) {
                        line.nothing();
                    } else {
                        back.get(i).write(has, 1 + i, line);
                    }
                }
                line.end();
                spool.write(line.bytes(), line.length());
            }
            try (InputStream lines = spool.read()) {
                target.unwrap(PGConnection.class).getCopyAPI().copyIn(sql.copyWas(), lines);
            }
        } catch (UnfitValueException e) {
            throw new ReplicationFailedException("Table " + table.plan().source() + " of SQLite has " + e.message()
                    + " in a row that PostgreSQL has changed.", "Nothing of this batch was written.", e);
        } catch (IOException e) {
            throw new ReplicationFailedException("Rows could not be kept on the way: " + e.getMessage(),
                    "Nothing was written. Make room in the directory for temporary files, then run it again.", e);
        }
        return found;
    }

    private List<Object> written(List<String> texts) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            values.add(value(table.columns().indexOf(table.key().get(i)), texts.get(i), texts));
        }
        return values;
    }

    private Object value(int column, String text, List<String> key) {
        try {
            return forms.get(column).of(text);
        } catch (UnfitValueException e) {
            throw new ReplicationFailedException("Table " + table.plan().source() + ", row with key " + key
                    + ", column " + table.columns().get(column).plan().source() + ": PostgreSQL has " + e.message()
                    + ".",
                    "Nothing of this batch was written, and PostgreSQL goes on. Correct the row there; until then the"
                            + " way back stands still.",
                    e);
        }
    }

    private Done write(long changes, Map<Long, List<Object>> before, boolean anew)
            throws SQLException, ConflictException {
        long written = 0;
        long deleted = 0;
        try {
            if (anew) {
                rows.setAside(before.values());
            }
            try (PreparedStatement statement = target.prepareStatement(sql.rows())) {
                statement.setFetchSize(FETCH);
                try (ResultSet found = statement.executeQuery()) {
                    while (found.next()) {
                        boolean there = found.getBoolean(2);
                        List<Object> key = before.get(found.getLong(1));
                        if (there && key == null) {
                            rows.insert(values(found), anew);
                            written++;
                        } else if (there && key != null) {
                            rows.update(key, changed(found), anew);
                            written++;
                        } else if (key != null) {
                            rows.delete(key, anew);
                            deleted++;
                        }
                    }
                }
            }
            if (anew) {
                rows.bringBack();
            }
            return new Done(changes, written, deleted);
        } catch (SQLException e) {
            if (SourceRows.conflict(e)) {
                throw new ConflictException("table " + table.plan().source() + ": " + e.getMessage(), e);
            }
            if (SourceRows.constraint(e)) {
                throw new ReplicationFailedException("SQLite refuses a row of table " + table.plan().source()
                        + " that PostgreSQL has: " + e.getMessage(),
                        "Nothing of this batch was written, and PostgreSQL goes on. Correct the row there; until then"
                                + " the way back stands still.",
                        e);
            }
            throw e;
        }
    }

    private List<@Nullable Object> values(ResultSet found) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < forms.size(); i++) {
            String text = found.getString(4 + 2 * i);
            values.add(text == null ? null : value(i, text, keyOf(found)));
        }
        return values;
    }

    /** Positions of the columns that SQLite has otherwise, with their new values. */
    private Map<Integer, @Nullable Object> changed(ResultSet found) throws SQLException {
        Map<Integer, @Nullable Object> changed = new HashMap<>();
        for (int i = 0; i < forms.size(); i++) {
            if (!found.getBoolean(5 + 2 * i)) {
                String text = found.getString(4 + 2 * i);
                changed.put(i, text == null ? null : value(i, text, keyOf(found)));
            }
        }
        return changed;
    }

    private List<String> keyOf(ResultSet found) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (ReplicatedColumn column : table.key()) {
            texts.add(String.valueOf(found.getString(4 + 2 * table.columns().indexOf(column))));
        }
        return texts;
    }

    private void requireSame() throws SQLException {
        record Difference(long number, int column) {}
        List<Difference> found = Sql.query(target, sql.difference(),
                row -> new Difference(row.getLong(1), row.getInt(2)));
        if (!found.isEmpty()) {
            Difference first = found.getFirst();
            List<String> key = keys().stream().filter(k -> k.number() == first.number()).findFirst().orElseThrow()
                    .texts();
            throw new ReplicationFailedException("Table " + table.plan().source() + ", row with key " + key
                    + (first.column() == 0
                            ? ""
                            : ", column " + table.columns().get(first.column() - 1).plan().source())
                    + ": SQLite does not hold what PostgreSQL has there.",
                    "Nothing of this batch was written, and PostgreSQL goes on. Change the value there to one that the"
                            + " column's declared type can hold in SQLite; until then the way back stands still.");
        }
    }

    /** Writes down what was changed, for its proof. */
    private void record(Map<Long, List<Object>> before, Map<Long, List<Object>> after) throws SQLException {
        List<List<Object>> keys = new ArrayList<>(after.values());
        before.forEach((number, key) -> {
            if (!key.equals(after.get(number))) {
                keys.add(key);
            }
        });
        rows.record(keys);
    }

    private Done whole(long changes) throws SQLException {
        rows.recordAll();
        long deleted = rows.deleteAll();
        long written = 0;
        try (PreparedStatement statement = target.prepareStatement(sql.all())) {
            statement.setFetchSize(FETCH);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    List<@Nullable Object> values = new ArrayList<>();
                    for (int i = 0; i < forms.size(); i++) {
                        String text = found.getString(i + 1);
                        values.add(text == null ? null : value(i, text, Collections.emptyList()));
                    }
                    rows.insert(values, false);
                    written++;
                }
            }
        }
        rows.recordAll();
        return new Done(changes, written, deleted);
    }
}
