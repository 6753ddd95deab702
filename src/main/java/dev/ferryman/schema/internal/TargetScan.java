package dev.ferryman.schema.internal;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.PlanChoices;
import dev.ferryman.schema.Profile;
import dev.ferryman.schema.Profile.TableProfile;
import dev.ferryman.schema.Profile.TargetFit;
import dev.ferryman.schema.Profile.Violation;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TargetSchema;
import dev.ferryman.schema.TargetSchema.TargetColumn;
import dev.ferryman.schema.TargetSchema.TargetForeignKey;
import dev.ferryman.schema.TargetSchema.TargetTable;
import dev.ferryman.schema.TargetSchema.TargetUnique;
import dev.ferryman.schema.Trait;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Holds the rows of a source against the keys, UNIQUEs and foreign keys of an existing target, which the source may not
 * have, or under other rules: {@code citext} knows no case, {@code timestamp} no spelling.
 */
public final class TargetScan {
    private static final int EXAMPLES = 5;

    private final SqliteSource source;
    private final SourceSchema schema;
    private final PlanChoices choices;
    private final Profile profile;
    private final TargetSchema target;
    private final Map<SourceTable, TargetTable> matched;

    /**
     * @param choices which tables belong to which
     * @param profile of all tables
     */
    public TargetScan(SqliteSource source, SourceSchema schema, TargetSchema target, PlanChoices choices,
            Profile profile) {
        this.choices = choices;
        this.source = source;
        this.schema = schema;
        this.target = target;
        this.profile = profile;
        this.matched = Counterparts.tables(schema, target, choices).tables();
    }

    /** That the rows were held against a table that a person has chosen goes by this name. */
    static String chosenName(TargetTable table) {
        return "chosen " + SqlNames.quote(table.schema(), table.name());
    }

    /** Whether rows were held against this table, and by the same choice or the same lack of one. */
    static boolean isOf(TableProfile values, TargetTable table, boolean chosen) {
        return chosen
                ? values.targetFit(chosenName(table)) != null
                : values.targetFits().stream().noneMatch(fit -> fit.constraint().startsWith("chosen "));
    }

    /** The same profile with what was found. */
    public Profile run() throws SQLException, InterruptedException {
        var tables = new ArrayList<TableProfile>();
        try (var reader = new SqliteReader(source, Integer.MAX_VALUE, 0, false)) {
            ComparedForm.install(reader.connection(), target.foldsAllLetters());
            for (var table : profile.tables()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("profile of " + table.table() + " interrupted");
                }
                tables.add(table.with(fits(reader, table)));
            }
        }
        return new Profile(tables);
    }

    private List<TargetFit> fits(SqliteReader reader, TableProfile values) throws SQLException {
        var fits = new ArrayList<TargetFit>();
        var table = schema.table(values.table());
        var counterpart = table == null ? null : matched.get(table);
        if (table == null || counterpart == null) {
            return fits;
        }
        if (choices.table(table.name()).target() != null) {
            fits.add(new TargetFit(chosenName(counterpart), 0, List.of(), true));
        }
        if (values.rows() == 0) {
            return fits;
        }
        for (var unique : counterpart.uniques()) {
            var columns = columns(table, counterpart, unique.columns());
            if (columns.size() == unique.columns().size() && !isGuaranteed(table, values, unique, columns)) {
                fits.add(duplicates(reader, table, unique, columns));
            }
        }
        for (var key : counterpart.foreignKeys()) {
            orphans(reader, table, counterpart, key, fits);
        }
        return fits;
    }

    /** A column of the source with its counterpart. */
    private record Compared(String name, TargetColumn target, boolean plain) {
        /** SQL that is equal where the target's values are. */
        String sql(String table) {
            var column = table + "." + SqlNames.quoteSqlite(name);
            return plain
                    ? column + " COLLATE BINARY"
                    : ComparedForm.NAME + "('" + target.type().base().name() + "', " + column + ")";
        }
    }

    /** Fewer than wanted where one has no counterpart, or where it is not known what is equal. */
    private List<Compared> columns(SourceTable table, TargetTable counterpart, List<String> wanted) {
        var compared = new ArrayList<Compared>();
        var columns = Counterparts.columns(table, counterpart);
        for (var name : wanted) {
            columns.forEach((sourceName, column) -> {
                if (column.name().equals(name) && ComparedForm.knows(column.type().base())) {
                    compared.add(new Compared(sourceName, column, isPlain(table, sourceName, column)));
                }
            });
        }
        return compared;
    }

    private boolean isPlain(SourceTable table, String name, TargetColumn column) {
        var values = Objects.requireNonNull(profile.table(table.name())).column(name);
        return switch (column.type().base()) {
            case INT2, INT4, INT8 -> values.only(Trait.INTEGER);
            case TEXT, VARCHAR, ENUM -> values.only(Trait.TEXT);
            case BYTEA -> values.only(Trait.BLOB);
            case BOOLEAN, FLOAT4, FLOAT8, NUMERIC, CHAR, CITEXT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, JSON, JSONB,
                    TEXT_ARRAY, DOMAIN, OTHER ->
                false;
        };
    }

    /** Whether the source itself lets no two rows be the same here. */
    private static boolean isGuaranteed(SourceTable table, TableProfile values, TargetUnique unique,
            List<Compared> columns) {
        if (columns.stream().anyMatch(column -> !column.plain()) || (unique.nullsEqual()
                && columns.stream().anyMatch(column -> values.column(column.name()).has(Trait.NULL)))) {
            return false;
        }
        var names = columns.stream().map(Compared::name).toList();
        return (table.rowidAlias() != null && names.contains(table.rowidAlias()))
                || table.indexes().stream().filter(index -> index.unique() && !index.partial())
                        .filter(index -> KeyChooser.columns(index).size() == index.parts().size())
                        .anyMatch(index -> names.containsAll(KeyChooser.columns(index)));
    }

    private static TargetFit duplicates(SqliteReader reader, SourceTable table, TargetUnique unique,
            List<Compared> columns) throws SQLException {
        var forms = columns.stream().map(column -> column.sql("c")).collect(Collectors.joining(", "));
        var from = " FROM main." + SqlNames.quoteSqlite(table.name()) + " c" + (unique.nullsEqual()
                ? ""
                : " WHERE " + notNull("c", columns));
        var several = "SELECT count(*) AS n, " + forms + from + " GROUP BY " + forms + " HAVING count(*) > 1";
        var names = IntStream.range(0, columns.size()).mapToObj(i -> "f" + i).toList();
        var aliased = IntStream.range(0, columns.size()).mapToObj(i -> columns.get(i).sql("c") + " AS f" + i)
                .collect(Collectors.joining(", "));
        var same = names.stream().map(name -> "d." + name + " IS g." + name).collect(Collectors.joining(" AND "));
        long rows;
        try (var count = reader.openBeside("SELECT coalesce(sum(n), 0) FROM (" + several + ")")) {
            count.next();
            rows = count.integer(0);
        }
        if (rows == 0) {
            return new TargetFit(unique.name(), 0, List.of(), plain(columns));
        }
        var keys = keys(table);
        var order = names.stream().map(name -> "d." + name).collect(Collectors.joining(", "));
        return new TargetFit(unique.name(), rows, examples(reader, table, "SELECT " + keyNames("d", keys.size())
                + " FROM (SELECT " + aliasedKeys(keys) + ", " + aliased + from + ") d JOIN (SELECT " + aliased + from
                + " GROUP BY " + forms + " HAVING count(*) > 1 ORDER BY " + forms + " LIMIT " + EXAMPLES + ") g ON "
                + same + " ORDER BY " + order + ", " + keyNames("d", keys.size()) + " LIMIT " + EXAMPLES),
                plain(columns));
    }

    private void orphans(SqliteReader reader, SourceTable table, TargetTable counterpart, TargetForeignKey key,
            List<TargetFit> fits) throws SQLException {
        var parent = matched.entrySet().stream().filter(entry -> entry.getValue().name().equals(key.parent())
                && entry.getValue().schema().equals(key.parentSchema()))
                .findFirst().orElse(null);
        if (parent == null) {
            return;
        }
        var columns = columns(table, counterpart, key.columns());
        var parentColumns = columns(parent.getKey(), parent.getValue(), key.parentColumns());
        if (columns.size() != key.columns().size() || parentColumns.size() != columns.size()) {
            return;
        }
        var plain = plain(columns) && plain(parentColumns);
        if (plain && isKept(table, columns, parent.getKey(), parentColumns)) {
            fits.add(new TargetFit(key.name(), 0, List.of(), true));
            return;
        }
        var condition = notNull("c", columns) + " AND (" + forms("c", columns) + ") NOT IN (SELECT "
                + forms("p", parentColumns) + " FROM main." + SqlNames.quoteSqlite(parent.getKey().name()) + " p WHERE "
                + notNull("p", parentColumns) + ")";
        var from = " FROM main." + SqlNames.quoteSqlite(table.name()) + " c WHERE " + condition;
        long rows;
        try (var count = reader.openBeside("SELECT count(*)" + from)) {
            count.next();
            rows = count.integer(0);
        }
        fits.add(new TargetFit(key.name(), rows, rows == 0
                ? List.of()
                : examples(reader, table, "SELECT " + String.join(", ", keys(table)) + from + " LIMIT " + EXAMPLES),
                plain));
    }

    /** Whether the source declares the same foreign key and no row breaks it. */
    private boolean isKept(SourceTable table, List<Compared> columns, SourceTable parent,
            List<Compared> parentColumns) {
        var values = Objects.requireNonNull(profile.table(table.name()));
        for (var i = 0; i < table.foreignKeys().size(); i++) {
            var declared = table.foreignKeys().get(i);
            if (declared.parent().equalsIgnoreCase(parent.name()) && sameNames(declared.columns(), columns)
                    && sameNames(declared.parentColumns(), parentColumns)
                    && ConstraintScan.isUnique(parent, declared.parentColumns())) {
                return values.violation(Violation.Kind.ORPHAN, i) == null;
            }
        }
        return false;
    }

    private static boolean sameNames(List<String> names, List<Compared> columns) {
        return names.size() == columns.size() && IntStream.range(0, names.size())
                .allMatch(i -> names.get(i).equalsIgnoreCase(columns.get(i).name()));
    }

    private static boolean plain(List<Compared> columns) {
        return columns.stream().allMatch(Compared::plain);
    }

    private static String forms(String table, List<Compared> columns) {
        return columns.stream().map(column -> column.sql(table)).collect(Collectors.joining(", "));
    }

    private static String notNull(String table, List<Compared> columns) {
        return columns.stream().map(column -> table + "." + SqlNames.quoteSqlite(column.name()) + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
    }

    private static List<String> keys(SourceTable table) {
        if (table.primaryKey().isEmpty()) {
            return List.of(RowRange.rowid(table) == null ? "NULL" : "c." + RowRange.rowid(table));
        }
        return table.primaryKey().stream().map(name -> "c." + SqlNames.quoteSqlite(name)).toList();
    }

    private static String aliasedKeys(List<String> keys) {
        return IntStream.range(0, keys.size()).mapToObj(i -> keys.get(i) + " AS k" + i)
                .collect(Collectors.joining(", "));
    }

    private static String keyNames(String table, int keys) {
        return IntStream.range(0, keys).mapToObj(i -> table + ".k" + i).collect(Collectors.joining(", "));
    }

    private static List<String> examples(SqliteReader reader, SourceTable table, String sql) throws SQLException {
        var names = table.primaryKey().isEmpty() ? List.of("rowid") : table.primaryKey();
        var key = new RowKey(names, IntStream.range(0, names.size()).toArray());
        var examples = new ArrayList<String>();
        try (var rows = reader.openBeside(sql)) {
            while (rows.next()) {
                key.row(rows, 0);
                examples.add(key.toString());
            }
        }
        return examples;
    }
}
