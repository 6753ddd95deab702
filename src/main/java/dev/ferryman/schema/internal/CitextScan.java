package dev.ferryman.schema.internal;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Collation;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.PlanChoices;
import dev.ferryman.schema.Profile;
import dev.ferryman.schema.Profile.TableProfile;
import dev.ferryman.schema.Profile.TargetFit;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SourceTable.IndexPart;
import dev.ferryman.schema.SourceTable.SourceIndex;
import dev.ferryman.schema.SqlNames;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Looks through unique columns that a person wants as {@code citext} or under an ICU collation: SQLite's NOCASE folds ASCII
 * letters only, and BINARY none, so that values may be there that are the same in the target.
 */
public final class CitextScan {
    private static final int EXAMPLES = 5;

    private final SqliteSource source;
    private final SourceSchema schema;
    private final PlanChoices choices;
    private final Profile profile;

    /** @param profile of all tables */
    public CitextScan(SqliteSource source, SourceSchema schema, PlanChoices choices, Profile profile) {
        this.source = source;
        this.schema = schema;
        this.choices = choices;
        this.profile = profile;
    }

    /**
     * What was found of a unique index goes by this name.
     *
     * @param folds for each of its columns how its values are folded, see {@link #fold}
     */
    static String fitName(SourceIndex index, List<String> folds) {
        return "folded " + String.join(" ", folds) + " " + index.name();
    }

    /** What a part of an index folds its values as in the target, a type of {@link ComparedForm}; a dash for not at all. */
    static String fold(boolean citext, @Nullable Collation collation, IndexPart part) {
        return citext ? "CITEXT" : collation != null && part.collation().equals("NOCASE") ? ComparedForm.ICU : "-";
    }

    private List<String> folds(SourceTable table, SourceIndex index) {
        return index.parts().stream().map(part -> {
            var column = table.column(String.valueOf(part.column()));
            var chosen = choices.table(table.name()).column(column == null ? "" : column.name());
            return fold(chosen.type() != null && chosen.type().base() == Base.CITEXT, chosen.collation(), part);
        }).toList();
    }

    /** The same profile with what was found. */
    public Profile run() throws SQLException {
        var tables = new ArrayList<TableProfile>();
        for (var values : profile.tables()) {
            var table = schema.table(values.table());
            var indexes = table == null ? List.<SourceIndex>of() : indexes(table);
            if (table == null || indexes.isEmpty()) {
                tables.add(values);
            } else {
                tables.add(values.with(fits(table, indexes)));
            }
        }
        return new Profile(tables);
    }

    private List<SourceIndex> indexes(SourceTable table) {
        return table.indexes().stream()
                .filter(index -> index.unique() && (!index.partial() || index.whereSql() != null))
                .filter(index -> KeyChooser.columns(index).size() == index.parts().size())
                .filter(index -> folds(table, index).stream().anyMatch(fold -> !fold.equals("-"))).toList();
    }

    private List<TargetFit> fits(SourceTable table, List<SourceIndex> indexes) throws SQLException {
        var fits = new ArrayList<TargetFit>();
        try (var reader = new SqliteReader(source, Integer.MAX_VALUE, 0, false)) {
            // Which letters a database folds is its own affair; most fold all.
            ComparedForm.install(reader.connection(), true);
            for (var index : indexes) {
                fits.add(fit(reader, table, index));
            }
        }
        return fits;
    }

    private TargetFit fit(SqliteReader reader, SourceTable table, SourceIndex index) throws SQLException {
        var columns = KeyChooser.columns(index);
        var folds = folds(table, index);
        var forms = IntStream.range(0, columns.size()).mapToObj(i -> folds.get(i).equals("-")
                ? SqlNames.quoteSqlite(columns.get(i)) + " COLLATE BINARY"
                : ComparedForm.NAME + "('" + folds.get(i) + "', " + SqlNames.quoteSqlite(columns.get(i)) + ")")
                .collect(Collectors.joining(", "));
        var present = columns.stream().map(name -> SqlNames.quoteSqlite(name) + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        // The line break ends a comment that may end the condition.
        var from = " FROM main." + SqlNames.quoteSqlite(table.name()) + " WHERE " + present
                + (index.partial() ? " AND (" + index.whereSql() + "\n)" : "");
        var keys = table.primaryKey().isEmpty()
                ? List.of(RowRange.rowid(table) == null ? "NULL" : String.valueOf(RowRange.rowid(table)))
                : table.primaryKey().stream().map(SqlNames::quoteSqlite).toList();
        var counted = " FROM (SELECT " + String.join(", ", keys) + ", count(*) OVER (PARTITION BY " + forms
                + ") AS _ferryman_n, "
                + "dense_rank() OVER (ORDER BY " + forms + ") AS _ferryman_rank" + from + ") WHERE _ferryman_n > 1";
        long rows;
        try (var count = reader.openBeside("SELECT count(*)" + counted)) {
            count.next();
            rows = count.integer(0);
        }
        var examples = new ArrayList<String>();
        if (rows > 0) {
            var names = table.primaryKey().isEmpty() ? List.of("rowid") : table.primaryKey();
            var key = new RowKey(names, IntStream.range(0, names.size()).toArray());
            try (var found = reader
                    .openBeside("SELECT *" + counted + " ORDER BY _ferryman_rank, 1 LIMIT " + EXAMPLES)) {
                while (found.next()) {
                    key.row(found, 0);
                    examples.add(key.toString());
                }
            }
        }
        return new TargetFit(fitName(index, folds), rows, examples, false);
    }
}
