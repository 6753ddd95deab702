package dev.ferryman.schema.internal;

import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.Profile.Violation;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.Trait;
import java.sql.Connection;
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
public final class ConstraintScan {
    private static final int EXAMPLES = 5;
    private static final int WINDOW_ROWS = 20_000;

    private final Connection sqlite;
    private final SourceSchema schema;
    private final SourceTable table;
    private final List<ColumnProfile> columns;
    private final boolean inOneGo;

    /** @param immutable whether nobody writes to the file, so that one long query disturbs nobody */
    public ConstraintScan(Connection sqlite, SourceSchema schema, SourceTable table, List<ColumnProfile> columns,
            boolean immutable) {
        this.sqlite = sqlite;
        this.schema = schema;
        this.table = table;
        this.columns = columns;
        this.inOneGo = immutable || (table.rowidName() == null && table.rowidAlias() == null);
    }

    /** All violations, in the order of the constraints. */
    public List<Violation> run() throws SQLException, InterruptedException {
        var violations = new ArrayList<Violation>();
        for (var i = 0; i < table.foreignKeys().size(); i++) {
            var orphans = orphans(table.foreignKeys().get(i));
            if (orphans != null) {
                count(Violation.Kind.ORPHAN, i, orphans, violations);
            }
        }
        for (var i = 0; i < table.checks().size(); i++) {
            // The line break ends a comment that may end the expression.
            count(Violation.Kind.CHECK, i, "NOT (" + table.checks().get(i).sql() + "\n)", violations);
        }
        for (var i = 0; i < table.indexes().size(); i++) {
            duplicates(i, violations);
        }
        return violations;
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

    private void duplicates(int position, List<Violation> violations) throws SQLException {
        var index = table.indexes().get(position);
        if (!index.unique() || index.partial() || index.parts().stream().anyMatch(part -> part.column() == null)) {
            return;
        }
        var names = index.parts().stream().map(part -> String.valueOf(part.column())).toList();
        if (names.stream().noneMatch(this::isMixed)) {
            return;
        }
        var quoted = names.stream().map(SqlNames::quoteSqlite).toList();
        var groups = Rows.query(sqlite, "SELECT count(*) FROM (SELECT 1 FROM main."
                + SqlNames.quoteSqlite(table.name()) + " WHERE "
                + quoted.stream().map(name -> name + " IS NOT NULL").collect(Collectors.joining(" AND ")) + " GROUP BY "
                + quoted.stream().map(name -> "CAST(" + name + " AS BLOB)").collect(Collectors.joining(", "))
                + " HAVING count(*) > 1)", row -> row.getLong(1)).getFirst();
        if (groups > 0) {
            violations.add(new Violation(Violation.Kind.DUPLICATE_AS_TEXT, position, groups, List.of()));
        }
    }

    private boolean isMixed(String name) {
        var profile = columns.stream().filter(column -> column.column().equals(name)).findFirst().orElse(null);
        return profile != null && Stream.of(Trait.INTEGER, Trait.REAL, Trait.TEXT, Trait.BLOB).filter(profile::has)
                .count() > 1;
    }

    private void count(Violation.Kind kind, int position, String condition, List<Violation> violations)
            throws SQLException, InterruptedException {
        var counted = new Counted();
        try {
            if (inOneGo) {
                select(condition, "", counted);
            } else {
                windows(condition, counted);
            }
        } catch (SQLException e) {
            if (kind == Violation.Kind.CHECK) {
                // It calls something only the application's SQLite has; the planner then refuses it by name.
                return;
            }
            throw e;
        }
        if (counted.rows > 0) {
            violations.add(new Violation(kind, position, counted.rows, counted.examples));
        }
    }

    private static final class Counted {
        private long rows;
        private final List<String> examples = new ArrayList<>();
    }

    private String rowid() {
        var alias = table.rowidAlias();
        return "c." + (alias == null ? String.valueOf(table.rowidName()) : SqlNames.quoteSqlite(alias));
    }

    /** On a live file the rows are visited in windows, so that no read transaction lasts. */
    private void windows(String condition, Counted counted) throws SQLException, InterruptedException {
        var low = Long.MIN_VALUE;
        while (true) {
            var high = Rows.query(sqlite, "SELECT " + rowid() + from() + " WHERE " + rowid() + " >= ? ORDER BY "
                    + rowid() + " LIMIT 1 OFFSET " + WINDOW_ROWS, row -> row.getLong(1), low);
            if (high.isEmpty()) {
                select(condition, rowid() + " >= " + low + " AND ", counted);
                return;
            }
            select(condition, rowid() + " >= " + low + " AND " + rowid() + " < " + high.getFirst() + " AND ", counted);
            low = high.getFirst();
            if (Thread.interrupted()) {
                throw new InterruptedException("profile of " + table.name() + " interrupted");
            }
        }
    }

    private String from() {
        return " FROM main." + SqlNames.quoteSqlite(table.name()) + " c";
    }

    private void select(String condition, String window, Counted counted) throws SQLException {
        var keys = table.primaryKey().isEmpty()
                ? List.of(inOneGo && table.rowidName() == null ? "NULL" : rowid())
                : table.primaryKey().stream().map(key -> "c." + SqlNames.quoteSqlite(key)).toList();
        var names = table.primaryKey().isEmpty() ? List.of("rowid") : table.primaryKey();
        try (var statement = sqlite.createStatement();
                var rows = statement.executeQuery(
                        "SELECT " + String.join(", ", keys) + from() + " WHERE " + window + "(" + condition + ")")) {
            while (rows.next()) {
                counted.rows++;
                if (counted.examples.size() < EXAMPLES) {
                    var rendered = new ArrayList<String>();
                    for (var i = 0; i < keys.size(); i++) {
                        rendered.add(names.get(i) + "=" + RowKey.render(rows.getObject(i + 1)));
                    }
                    counted.examples.add(String.join(", ", rendered));
                }
            }
        }
    }
}
