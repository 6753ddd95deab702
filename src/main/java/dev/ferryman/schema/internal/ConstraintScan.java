package dev.ferryman.schema.internal;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.ValueTooLongException;
import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.Profile.Violation;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.Trait;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows that break a table's constraints. SQLite lets them in: foreign keys are off by default, CHECKs can be
 * ignored, and a column of mixed types is unique by other rules than a column of text.
 */
final class ConstraintScan {
    private static final int EXAMPLES = 5;
    private static final int WINDOW_ROWS = 20_000;

    private final SourceSchema schema;
    private final SourceTable table;
    private final List<ColumnProfile> columns;
    private final List<RowRange> ranges;
    private final boolean windowed;
    private final Object turn;
    private final List<Search> searches = new ArrayList<>();

    /**
     * Finds out what there is to search for.
     *
     * @param columns the table's profile
     * @param ranges of its rows, which may be searched at the same time
     * @param references knows which foreign keys need no search
     * @param live whether an application writes to the file, so that no read transaction may last
     * @param turn held by whoever has large values in memory; one for all tables
     */
    ConstraintScan(SourceSchema schema, SourceTable table, List<ColumnProfile> columns, List<RowRange> ranges,
            References references, boolean live, Object turn) {
        this.schema = schema;
        this.table = table;
        this.columns = columns;
        this.ranges = ranges;
        this.windowed = live && RowRange.rowid(table) != null;
        this.turn = turn;
        for (var i = 0; i < table.foreignKeys().size(); i++) {
            var orphans = orphans(table.foreignKeys().get(i));
            if (orphans != null && !references.allThere(table.foreignKeys().get(i))) {
                searches.add(new Search(Violation.Kind.ORPHAN, i, orphans, ranges.size()));
            }
        }
        for (var i = 0; i < table.checks().size(); i++) {
            // The line break ends a comment that may end the expression.
            searches.add(new Search(Violation.Kind.CHECK, i, "NOT (" + table.checks().get(i).sql() + "\n)",
                    ranges.size()));
        }
        for (var i = 0; i < table.indexes().size(); i++) {
            var duplicates = duplicates(table.indexes().get(i));
            if (duplicates != null) {
                searches.add(new Search(Violation.Kind.DUPLICATE_AS_TEXT, i, duplicates, 1));
            }
        }
    }

    /** One constraint: the condition of its violations (for duplicates: the query that counts them), and what was found. */
    private static final class Search {
        private final Violation.Kind kind;
        private final int position;
        private final String sql;
        private final Found[] found;
        private volatile boolean impossible;

        Search(Violation.Kind kind, int position, String sql, int parts) {
            this.kind = kind;
            this.position = position;
            this.sql = sql;
            this.found = new Found[parts];
        }
    }

    private static final class Found {
        private long rows;
        private final List<String> examples = new ArrayList<>();
    }

    /** The table's profile. */
    List<ColumnProfile> columns() {
        return columns;
    }

    /** The work, in pieces that can be done in any order. */
    List<Readers.Task> tasks() {
        var tasks = new ArrayList<Readers.Task>();
        for (var search : searches) {
            for (var i = 0; i < search.found.length; i++) {
                var part = i;
                tasks.add(reader -> Readers.patiently(reader, turn, any -> search(any, search, part)));
            }
        }
        return tasks;
    }

    /** All violations, in the order of the constraints, once the work is done. */
    List<Violation> violations() {
        var violations = new ArrayList<Violation>();
        for (var search : searches) {
            var rows = Stream.of(search.found).mapToLong(found -> found.rows).sum();
            if (rows > 0 && !search.impossible) {
                violations.add(new Violation(search.kind, search.position, rows,
                        Stream.of(search.found).flatMap(found -> found.examples.stream()).limit(EXAMPLES).toList()));
            }
        }
        return violations;
    }

    private void search(SqliteReader reader, Search search, int part) throws SQLException, InterruptedException {
        var found = new Found();
        search.found[part] = found;
        if (search.kind == Violation.Kind.DUPLICATE_AS_TEXT) {
            try (var groups = reader.open(search.sql)) {
                groups.next();
                found.rows = groups.integer(0);
            }
            return;
        }
        try {
            if (windowed) {
                windows(reader, search.sql, ranges.get(part), found);
            } else {
                select(reader, search.sql, ranges.get(part), found);
            }
        } catch (ValueTooLongException e) {
            throw e;
        } catch (SQLException e) {
            if (search.kind != Violation.Kind.CHECK) {
                throw e;
            }
            // It calls something only the application's SQLite has; the planner then refuses it by name.
            search.impossible = true;
        }
    }

    private @Nullable String orphans(SourceTable.SourceForeignKey key) {
        var parent = schema.table(key.parent());
        if (parent == null || parent.kind() != SourceTable.Kind.ORDINARY || key.parentColumns().isEmpty()
                || key.parentColumns().stream().anyMatch(column -> parent.column(column) == null)
                || !isUnique(parent, key.parentColumns())) {
            return null;
        }
        // PostgreSQL compares text byte by byte, whatever collation SQLite's parent has.
        var join = IntStream.range(0, key.columns().size())
                .mapToObj(i -> "p." + SqlNames.quoteSqlite(key.parentColumns().get(i)) + " = c."
                        + SqlNames.quoteSqlite(key.columns().get(i)) + " COLLATE BINARY")
                .collect(Collectors.joining(" AND "));
        var present = key.columns().stream().map(column -> "c." + SqlNames.quoteSqlite(column) + " IS NOT NULL");
        return Stream.concat(present, Stream.of("NOT EXISTS (SELECT 1 FROM main." + SqlNames.quoteSqlite(parent.name())
                + " p WHERE " + join + ")")).collect(Collectors.joining(" AND "));
    }

    /** Whether SQLite can look a parent up by these columns; otherwise the key cannot exist in PostgreSQL either. */
    static boolean isUnique(SourceTable parent, List<String> wanted) {
        if (sameColumns(parent.primaryKey(), wanted)) {
            return true;
        }
        return parent.indexes().stream().filter(index -> index.unique() && !index.partial())
                .anyMatch(index -> index.parts().stream().allMatch(part -> part.column() != null) && sameColumns(
                        index.parts().stream().map(part -> String.valueOf(part.column())).toList(), wanted));
    }

    private static boolean sameColumns(List<String> left, List<String> right) {
        return left.size() == right.size() && right.stream()
                .allMatch(wanted -> left.stream().anyMatch(column -> column.equalsIgnoreCase(wanted)));
    }

    private @Nullable String duplicates(SourceTable.SourceIndex index) {
        if (!index.unique() || (index.partial() && index.whereSql() == null)
                || index.parts().stream().anyMatch(part -> part.column() == null)) {
            return null;
        }
        var names = index.parts().stream().map(part -> String.valueOf(part.column())).toList();
        if (names.stream().noneMatch(this::isMixed)) {
            return null;
        }
        var quoted = names.stream().map(SqlNames::quoteSqlite).toList();
        var texts = index.parts().stream().map(part -> {
            var name = SqlNames.quoteSqlite(String.valueOf(part.column()));
            return switch (part.collation()) {
                case "NOCASE" -> "lower(" + name + ")";
                case "RTRIM" -> "rtrim(" + name + ")";
                default -> name;
            };
        });
        return "SELECT count(*) FROM (SELECT 1 FROM main." + SqlNames.quoteSqlite(table.name()) + " WHERE "
                + quoted.stream().map(name -> name + " IS NOT NULL").collect(Collectors.joining(" AND "))
                // The line break ends a comment that may end the condition.
                + (index.partial() ? " AND (" + index.whereSql() + "\n)" : "") + " GROUP BY "
                + texts.map(text -> "CAST(" + text + " AS BLOB)").collect(Collectors.joining(", "))
                + " HAVING count(*) > 1)";
    }

    private boolean isMixed(String name) {
        var profile = columns.stream().filter(column -> column.column().equals(name)).findFirst().orElse(null);
        return profile != null && Stream.of(Trait.INTEGER, Trait.REAL, Trait.TEXT, Trait.BLOB).filter(profile::has)
                .count() > 1;
    }

    private String rowid() {
        return "c." + RowRange.rowid(table);
    }

    /** On a live file the rows are visited in windows, so that no read transaction lasts. */
    private void windows(SqliteReader reader, String condition, RowRange range, Found found)
            throws SQLException, InterruptedException {
        var rest = range;
        while (true) {
            long next;
            try (var cursor = reader.open("SELECT " + rowid() + from() + " WHERE " + rest.condition(rowid())
                    + " ORDER BY " + rowid() + " LIMIT 1 OFFSET " + WINDOW_ROWS)) {
                if (!cursor.next()) {
                    break;
                }
                next = cursor.integer(0);
            }
            select(reader, condition, new RowRange(rest.from(), next), found);
            rest = new RowRange(next, rest.below());
            if (Thread.interrupted()) {
                throw new InterruptedException("profile of " + table.name() + " interrupted");
            }
        }
        select(reader, condition, rest, found);
    }

    private String from() {
        return " FROM main." + SqlNames.quoteSqlite(table.name()) + " c";
    }

    private void select(SqliteReader reader, String condition, RowRange range, Found found) throws SQLException {
        var names = table.primaryKey().isEmpty() ? List.of("rowid") : table.primaryKey();
        var keys = table.primaryKey().isEmpty()
                ? List.of(RowRange.rowid(table) == null ? "NULL" : rowid())
                : names.stream().map(key -> "c." + SqlNames.quoteSqlite(key)).toList();
        var key = new RowKey(names, IntStream.range(0, keys.size()).toArray());
        try (var rows = reader.open("SELECT " + String.join(", ", keys) + from() + " WHERE "
                + range.condition(rowid()) + " AND (" + condition + ")")) {
            while (rows.next()) {
                found.rows++;
                if (found.examples.size() < EXAMPLES) {
                    key.row(rows, 0);
                    found.examples.add(key.toString());
                }
            }
        }
    }
}
