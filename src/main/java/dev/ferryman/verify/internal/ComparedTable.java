package dev.ferryman.verify.internal;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table that both sides have: which columns are compared, what its key is, and the statements that read either side.
 * Columns come key first, in key order; the others follow as planned.
 */
final class ComparedTable {
    private final TablePlan plan;
    private final List<ComparedColumn> columns;
    private final int keys;
    private final boolean ordered;
    private final boolean limited;
    private final int[] wide;
    private final @Nullable QuarantinedRows quarantined;
    private final @Nullable KeySet among;

    private ComparedTable(TablePlan plan, List<ComparedColumn> columns, int keys, boolean ordered, boolean limited,
            int[] wide, @Nullable QuarantinedRows quarantined, @Nullable KeySet among) {
        this.quarantined = quarantined;
        this.among = among;
        this.limited = limited;
        this.wide = wide;
        this.plan = plan;
        this.columns = List.copyOf(columns);
        this.keys = keys;
        this.ordered = ordered;
    }

    /**
     * @param target columns of the target's table
     * @param utf16 whether the snapshot keeps its text in UTF-16, whose bytes sort unlike UTF-8
     * @param quarantined rows that are in quarantine, null where none can be
     */
    static ComparedTable of(TablePlan plan, Map<String, TargetColumn> target, boolean utf16,
            @Nullable QuarantinedRows quarantined) {
        var columns = new ArrayList<ComparedColumn>();
        for (String key : plan.key().columns()) {
            plan.columns().stream().filter(c -> c.source().equalsIgnoreCase(key) && target.containsKey(c.target()))
                    .findFirst().ifPresent(c -> add(c, target, columns));
        }
        int keys = columns.size() == plan.key().columns().size() ? columns.size() : 0;
        for (ColumnPlan column : plan.columns()) {
            if (target.containsKey(column.target())
                    && columns.stream().noneMatch(c -> c.plan().source().equals(column.source()))) {
                add(column, target, columns);
            }
        }
        boolean ordered = keys > 0 && plan.key().sameOrder()
                && columns.subList(0, keys).stream().allMatch(c -> sortsAlike(c, utf16));
        return new ComparedTable(plan, columns, keys, ordered, true, new int[0], quarantined, null);
    }

    /** The same table, not to be read in key order. */
    ComparedTable unordered() {
        return new ComparedTable(plan, columns, keys, false, limited, wide, quarantined, among);
    }

    /**
     * The same table with digests in the place of long text and blobs. Other values, and all values of tables without a
     * rowid and of databases in UTF-16, are taken into memory whole whatever their length.
     */
    ComparedTable wide(boolean utf16) {
        int[] found = IntStream.range(keys, columns.size()).filter(i -> switch (columns.get(i).target().base()) {
            case TEXT, VARCHAR, CITEXT, BYTEA, JSON -> !utf16 && rowid() != null;
            case BOOLEAN, INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, CHAR, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID,
                    JSONB, ENUM, TEXT_ARRAY, DOMAIN, OTHER ->
                false;
        }).toArray();
        return new ComparedTable(plan, columns, keys, ordered, false, found, quarantined, among);
    }

    /** The same table, but only the rows of some keys. */
    ComparedTable among(KeySet rows) {
        return new ComparedTable(plan, columns, keys, ordered, limited, wide, quarantined, rows);
    }

    /** Rows that there are about. */
    long rows() {
        return among == null ? plan.rows() : among.count();
    }

    /** Rows in quarantine, null where none can be. */
    @Nullable
    QuarantinedRows quarantined() {
        return quarantined;
    }

    /** Whether a long value ends the reading with {@link dev.ferryman.endpoint.ValueTooLongException}. */
    boolean limited() {
        return limited;
    }

    /** Columns whose long values are replaced by digests; none unless {@link #wide(boolean)}. */
    int[] wideColumns() {
        return wide;
    }

    /** A name of SQLite's rowid that no column hides; null where the table has no rowid to be asked for. */
    @Nullable
    String rowid() {
        return plan.withoutRowid()
                ? null
                : Stream.of("rowid", "_rowid_", "oid")
                        .filter(name -> plan.columns().stream().noneMatch(c -> c.source().equalsIgnoreCase(name)))
                        .findFirst().orElse(null);
    }

    private static void add(ColumnPlan column, Map<String, TargetColumn> target, List<ComparedColumn> columns) {
        columns.add(new ComparedColumn(column, Objects.requireNonNull(target.get(column.target()))));
    }

    private static boolean sortsAlike(ComparedColumn column, boolean utf16) {
        return column.plan().conversion() == Conversion.DIRECT && switch (column.target().base()) {
            case INT2, INT4, INT8, BYTEA -> true;
            case TEXT, VARCHAR -> !utf16;
            case BOOLEAN, FLOAT4, FLOAT8, NUMERIC, CHAR, CITEXT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, JSON, JSONB,
                    ENUM, TEXT_ARRAY, DOMAIN, OTHER ->
                false;
        };
    }

    /** What the plan says of it. */
    TablePlan plan() {
        return plan;
    }

    /** Name in the source. */
    String name() {
        return plan.source();
    }

    /** Columns compared, key first. */
    List<ComparedColumn> columns() {
        return columns;
    }

    /** How many of the columns make the key; 0 where there is none. */
    int keys() {
        return keys;
    }

    /** Whether both sides can be read in the order of the key. */
    boolean ordered() {
        return ordered;
    }

    /** Whether the table can be cut into ranges: its key begins with an integer that is never NULL on either side. */
    boolean divisible() {
        return ordered && columns.getFirst().target().notNull() && keyType(columns.getFirst()) == SnapshotRows.INTEGER
                && (plan.withoutRowid() || columns.getFirst().plan().source().equals(plan.rowidAlias()));
    }

    /** A new order of the key, for one merge. */
    KeyOrder order() {
        return new KeyOrder(IntStream.range(0, keys).toArray(),
                columns.subList(0, keys).stream().mapToInt(ComparedTable::keyType).toArray());
    }

    private static int keyType(ComparedColumn column) {
        return switch (column.target().base()) {
            case INT2, INT4, INT8 -> SnapshotRows.INTEGER;
            case BYTEA -> SnapshotRows.BLOB;
            default -> SnapshotRows.TEXT;
        };
    }

    /** Reads the columns from the snapshot. Names are qualified: SQLite takes an unknown name in quotes for a string. */
    String sourceSql(KeyRange range, boolean inOrder) {
        var selected = new ArrayList<>(columns.stream().map(this::sourceName).toList());
        for (int column : wide) {
            String name = selected.get(column);
            String isLong = "CASE WHEN octet_length(" + name + ") > " + LongValues.FROM;
            selected.set(column, isLong + " THEN NULL ELSE " + name + " END");
            selected.add(isLong + " THEN octet_length(" + name + ") END");
        }
        if (wide.length > 0) {
            selected.add("s." + rowid());
        }
        String where = range.where(firstName(true));
        String given = "";
        if (among != null) {
            // SQLite then takes every key to the index, where IN with a list would use the first column of it only.
            given = among.source() + " AS g CROSS JOIN ";
            where += (where.isEmpty() ? " WHERE " : " AND ") + among.sourceMatch();
        }
        String sql = "SELECT " + String.join(", ", selected) + " FROM " + given + SqlNames.quoteSqlite(plan.source())
                + " AS s" + where + (quarantined == null
                        ? ""
                        : (where.isEmpty() ? " WHERE " : " AND ") + quarantined.isElsewhere("s"));
        return inOrder
                ? sql + " ORDER BY " + columns.subList(0, keys).stream().map(c -> sourceName(c) + " COLLATE BINARY")
                        .collect(Collectors.joining(", "))
                : sql;
    }

    /** Least and greatest first key in the snapshot. */
    String sourceBoundsSql() {
        // Two subqueries: SQLite finds either end in the index, but reads the whole table for both in one SELECT.
        String from = " FROM " + SqlNames.quoteSqlite(plan.source()) + " AS s)";
        return "SELECT (SELECT min(" + firstName(true) + ")" + from + ", (SELECT max(" + firstName(true) + ")" + from;
    }

    /** Streams the columns out of the target. */
    String targetSql(KeyRange range, boolean inOrder) {
        var selected = new ArrayList<>(
                columns.stream().map(c -> targetName(c) + (c.target().asText() ? "::text" : "")).toList());
        for (int column : wide) {
            String name = selected.get(column);
            boolean bytes = columns.get(column).target().base() == PgType.Base.BYTEA;
            String octets = bytes ? name : "convert_to(" + name + "::text, 'UTF8')";
            // The length is asked of the value as stored, which does not load it.
            String isLong = "CASE WHEN octet_length(" + (bytes ? name : name + "::text") + ") > " + LongValues.FROM;
            selected.set(column, isLong + " THEN NULL ELSE " + name + " END");
            selected.add(isLong + " THEN sha256(" + octets + ") END");
        }
        String sql = "COPY (SELECT " + String.join(", ", selected) + targetFrom(range);
        if (inOrder) {
            sql += " ORDER BY " + columns.subList(0, keys).stream()
                    .map(c -> targetName(c) + (keyType(c) == SnapshotRows.TEXT ? " COLLATE \"C\"" : ""))
                    .collect(Collectors.joining(", "));
        }
        return sql + ") TO STDOUT (FORMAT binary)";
    }

    /** Rows of the target as a FROM clause with its WHERE; the table is called t. */
    String targetFrom(KeyRange range) {
        String where = range.where(firstName(false));
        if (among != null) {
            where += (where.isEmpty() ? " WHERE " : " AND ") + among.targetMatch();
        }
        return " FROM " + SqlNames.quote(plan.targetSchema(), plan.target()) + " AS t" + where;
    }

    private String firstName(boolean source) {
        return source ? sourceName(columns.getFirst()) : targetName(columns.getFirst());
    }

    private String sourceName(ComparedColumn column) {
        String name = "s." + SqlNames.quoteSqlite(column.plan().source());
        return column.plan().emptyAsNull() ? "iif(" + name + " IS '', NULL, " + name + ")" : name;
    }

    private String targetName(ComparedColumn column) {
        return "t." + SqlNames.quote(column.target().name());
    }

    /** New forms of the columns, for one thread. */
    ValueForm[] forms(TargetSpelling spelling) {
        return columns.stream().map(c -> c.form(spelling)).toArray(ValueForm[]::new);
    }
}
