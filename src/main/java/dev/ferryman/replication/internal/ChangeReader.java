package dev.ferryman.replication.internal;

import dev.ferryman.replication.ReplicationFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads changed keys and the rows they stand for now. Runs inside a transaction of its caller. */
final class ChangeReader {
    private final List<ReplicatedTable> tables;
    private final boolean utf16;
    private final Clock clock;
    private final CopyLine line = new CopyLine();

    ChangeReader(List<ReplicatedTable> tables, boolean utf16, Clock clock) {
        this.tables = tables;
        this.utf16 = utf16;
        this.clock = clock;
    }

    /** What is taken of the tables that are followed as a whole. */
    enum Whole {
        SKIP, WHERE_CHANGED
    }

    /**
     * Reads what is pending.
     *
     * @param after number after which each table's changes are wanted
     * @param keysPerTable most keys of one table; a negative number for all
     */
    ChangeBatch read(Connection connection, Map<Integer, Long> after, long keysPerTable, Whole whole)
            throws SQLException {
        Instant readAt = clock.instant();
        List<TableChanges> found = new ArrayList<>();
        boolean complete = true;
        try {
            for (ReplicatedTable table : tables) {
                long from = after.getOrDefault(table.number(), 0L);
                long highest = CaptureStore.highest(connection, table.number());
                if (highest < from) {
                    throw new ReplicationFailedException("The source's changes of table " + table.plan().source()
                            + " end at " + highest + ", and " + from + " were applied: the file was set back.",
                            "Nothing was applied. Find out who restored the file; then clean the target and begin"
                                    + " again.");
                }
                if (highest > from && (table.captured().byKey() || whole == Whole.WHERE_CHANGED)) {
                    long upTo = keysPerTable < 0 || !table.captured().byKey()
                            ? highest
                            : Math.min(highest, from + keysPerTable);
                    complete &= upTo == highest;
                    found.add(table.captured().byKey()
                            ? keyed(connection, table, from, upTo)
                            : all(connection, table, from, upTo));
                }
            }
            List<String> tokens = Sql.query(connection, "SELECT token FROM " + Names.TOKEN
                    + " ORDER BY seq DESC LIMIT 1", row -> row.getString(1));
            return new ChangeBatch(found, complete, readAt, complete && !tokens.isEmpty() ? tokens.getFirst() : null);
        } catch (SQLException | RuntimeException e) {
            close(found);
            throw e;
        }
    }

    private static void close(List<TableChanges> found) {
        for (TableChanges changes : found) {
            try {
                changes.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private TableChanges keyed(Connection connection, ReplicatedTable table, long from, long upTo)
            throws SQLException {
        int keys = table.key().size();
        var spool = new Spool();
        long rows = 0;
        long gone = 0;
        List<TargetForm> keyForms = table.key().stream().map(ReplicatedColumn::form).toList();
        List<TargetForm> forms = table.columns().stream().map(ReplicatedColumn::form).toList();
        List<Integer> keyAt = table.key().stream().map(c -> keys + table.columns().indexOf(c)).toList();
        try (var found = new SqliteRows(connection, utf16, sql(table), from, upTo)) {
            while (found.next()) {
                for (int i = 0; i < keys; i++) {
                    if (found.type(i) == SqliteRows.NULL) {
                        throw new ReplicationFailedException("Table " + table.plan().source()
                                + " got a row with NULL in its key column " + table.key().get(i).plan().source() + ".",
                                "Nothing was applied and the application goes on. Give the row a key, then remove the"
                                        + " capture and plan again.");
                    }
                }
                boolean there = found.type(keyAt.getFirst()) != SqliteRows.NULL;
                line.clear();
                int recorded = key(found, keyForms, IntStream.range(0, keys).boxed().toList());
                boolean fits = recorded >= 0;
                if (!there && !fits) {
                    // A key that the target cannot hold never got there.
                    continue;
                }
                boolean goes = !there || fits && !sameKey(found, keyForms, keyAt, keys);
                line.clear();
                line.plain(goes ? "t" : "f");
                if (goes) {
                    line.separator();
                    key(found, keyForms, IntStream.range(0, keys).boxed().toList());
                } else {
                    for (int i = 0; i < keys; i++) {
                        line.separator();
                        line.nothing();
                    }
                }
                row(found, table, forms, keys, there);
                append(spool);
                rows += there ? 1 : 0;
                gone += goes ? 1 : 0;
            }
            return new TableChanges(table, from, upTo, spool, rows, gone);
        } catch (SQLException | RuntimeException e) {
            discard(spool);
            throw e;
        }
    }

    /** Writes a key; gives where it began, or -1 where the target cannot hold it. */
    private int key(SqliteRows found, List<TargetForm> forms, List<Integer> columns) throws SQLException {
        int begin = line.mark();
        try {
            for (int i = 0; i < forms.size(); i++) {
                if (i > 0) {
                    line.separator();
                }
                forms.get(i).write(found, columns.get(i), line);
            }
            return begin;
        } catch (UnfitValueException e) {
            line.reset(begin);
            return -1;
        }
    }

    /** Whether the recorded key and the row's own are written alike: under NOCASE they need not be. */
    private boolean sameKey(SqliteRows found, List<TargetForm> forms, List<Integer> keyAt, int keys)
            throws SQLException {
        line.clear();
        key(found, forms, IntStream.range(0, keys).boxed().toList());
        int middle = line.mark();
        if (key(found, forms, keyAt) < 0) {
            return false;
        }
        return java.util.Arrays.equals(line.bytes(), 0, middle, line.bytes(), middle, line.length());
    }

    private void row(SqliteRows found, ReplicatedTable table, List<TargetForm> forms, int first, boolean there)
            throws SQLException {
        for (int i = 0; i < forms.size(); i++) {
            if (line.length() > 0) {
                line.separator();
            }
            if (!there || found.type(first + i) == SqliteRows.NULL) {
                line.nothing();
                continue;
            }
            try {
                forms.get(i).write(found, first + i, line);
            } catch (UnfitValueException e) {
                throw unfit(found, table, table.columns().get(i), e, first);
            }
        }
    }

    private static ReplicationFailedException unfit(SqliteRows found, ReplicatedTable table, ReplicatedColumn column,
            UnfitValueException e, int first) throws SQLException {
        List<String> key = new ArrayList<>();
        for (int i = 0; i < table.key().size(); i++) {
            int at = first + table.columns().indexOf(table.key().get(i));
            key.add(table.key().get(i).plan().source() + " = " + switch (found.type(at)) {
                case SqliteRows.INTEGER -> String.valueOf(found.integer(at));
                case SqliteRows.REAL -> RealText.of(found.real(at));
                default -> new String(found.bytes(at), java.nio.charset.StandardCharsets.UTF_8);
            });
        }
        return new ReplicationFailedException("Table " + table.plan().source()
                + (key.isEmpty() ? "" : ", row with " + String.join(", ", key)) + ", column " + column.plan().source()
                + ": " + e.message() + ".",
                "The application has written a value that the plan did not know. Nothing of this batch was applied and"
                        + " the application goes on. Correct the row in the source, or plan again with another type.",
                e);
    }

    private TableChanges all(Connection connection, ReplicatedTable table, long from, long upTo) throws SQLException {
        var spool = new Spool();
        long rows = 0;
        List<TargetForm> forms = table.columns().stream().map(ReplicatedColumn::form).toList();
        String columns = table.columns().stream().map(ReplicatedColumn::source).collect(Collectors.joining(", "));
        try (var found = new SqliteRows(connection, utf16, "SELECT " + columns + " FROM " + table.source())) {
            while (found.next()) {
                line.clear();
                row(found, table, forms, 0, true);
                append(spool);
                rows++;
            }
            return new TableChanges(table, from, upTo, spool, rows, 0);
        } catch (SQLException | RuntimeException e) {
            discard(spool);
            throw e;
        }
    }

    private void append(Spool spool) {
        line.end();
        try {
            spool.write(line.bytes(), line.length());
        } catch (IOException e) {
            throw new ReplicationFailedException("Changes could not be kept on the way: " + e.getMessage(),
                    "Nothing was applied. Make room in the directory for temporary files, then run it again.", e);
        }
    }

    private static void discard(@Nullable Spool spool) {
        try {
            if (spool != null) {
                spool.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Recorded keys, each once as it is written, with the row it stands for now. Grouping gives them in order, so that each
     * page of table and index is looked at once, on both sides.
     */
    private static String sql(ReplicatedTable table) {
        List<String> names = Names.keys(table.key().size());
        List<String> grouped = new ArrayList<>(names);
        for (int i = 0; i < names.size(); i++) {
            if (Affinity.none(table.key().get(i).plan().declaredType())) {
                // 1 and 1.0 are one value to GROUP BY, and two to a target that keeps them as text.
                grouped.add("typeof(" + names.get(i) + ")");
            }
        }
        String match = IntStream.range(0, names.size())
                .mapToObj(i -> "t." + table.key().get(i).source() + " = c." + names.get(i))
                .collect(Collectors.joining(" AND "));
        return "SELECT " + names.stream().map(n -> "c." + n).collect(Collectors.joining(", ")) + ", "
                + table.columns().stream().map(c -> "t." + c.source()).collect(Collectors.joining(", "))
                + " FROM (SELECT " + String.join(", ", names) + " FROM " + Names.quote(Names.change(table.number()))
                + " WHERE seq > ? AND seq <= ? GROUP BY " + String.join(", ", grouped) + ") AS c LEFT JOIN "
                + table.source() + " AS t ON " + match;
    }
}
