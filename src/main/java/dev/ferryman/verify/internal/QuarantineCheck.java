package dev.ferryman.verify.internal;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.verify.Difference;
import dev.ferryman.verify.StructureFinding;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds what is in {@code ferryman.quarantine} against the snapshot: every row of it is a row of the snapshot, whole, once,
 * and sent there by a rule of the plan. What passes counts as quarantined, anything else as a difference.
 */
final class QuarantineCheck {
    private static final int ROWS_AT_ONCE = 200;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Connection target;
    private final boolean there;

    /** @param target inside the transaction that all comparisons see */
    QuarantineCheck(Connection target) throws SQLException {
        this.target = target;
        try (var statement = target.createStatement();
                var rows = statement.executeQuery("SELECT to_regclass('ferryman.quarantine') IS NOT NULL")) {
            rows.next();
            there = rows.getBoolean(1);
        }
    }

    /** A row in quarantine. */
    private record Kept(long number, String key, @Nullable String rowid, String rule, List<String> columns,
            JsonNode row) {}

    /**
     * Checks the rows of a table.
     *
     * @param number of the table in the plan
     * @param session reads the snapshot
     * @param tally receives the differences
     * @return the rows that are in quarantine rightly; null where the plan sends none there
     */
    @Nullable
    QuarantinedRows run(int number, TablePlan plan, Session session, boolean utf16, Tally tally)
            throws SQLException {
        if (plan.quarantine().isEmpty()) {
            return null;
        }
        SqliteReader sqlite = session.patient();
        List<String> columns = columns(sqlite.connection(), plan);
        var found = new QuarantinedRows(number, plan, columns);
        long last = 0;
        List<Kept> batch = there ? read(plan, last) : List.of();
        while (!batch.isEmpty()) {
            for (Kept row : batch) {
                check(plan, row, columns, found, sqlite, utf16, tally);
                last = row.number();
            }
            batch = read(plan, last);
        }
        return found;
    }

    /** Tables with rows in quarantine that the plan sends none of there. */
    List<StructureFinding> unplanned(Plan plan) throws SQLException {
        List<StructureFinding> findings = new ArrayList<>();
        for (TablePlan table : plan.tables()) {
            if (there && table.quarantine().isEmpty() && !read(table, 0).isEmpty()) {
                findings.add(new StructureFinding(StructureFinding.Severity.FAILURE, table.source(), null,
                        "quarantine-not-planned",
                        "Rows of this table are in ferryman.quarantine, and this plan sends none"
                                + " there. Verify with the plan that was copied with."));
            }
        }
        return findings;
    }

    private List<Kept> read(TablePlan plan, long after) throws SQLException {
        List<Kept> rows = new ArrayList<>();
        try (var statement = target.prepareStatement("SELECT number, row_key, source_rowid, rule, source_columns,"
                + " source_row::text FROM ferryman.quarantine WHERE target_schema = ? AND target_table = ?"
                + " AND number > ? ORDER BY number LIMIT " + ROWS_AT_ONCE)) {
            statement.setString(1, plan.targetSchema());
            statement.setString(2, plan.target());
            statement.setLong(3, after);
            try (var result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(new Kept(result.getLong(1), result.getString(2), result.getString(3), result.getString(4),
                            Arrays.asList((String[]) result.getArray(5).getArray()),
                            JSON.readTree(result.getString(6))));
                }
            }
        }
        return rows;
    }

    private static List<String> columns(Connection sqlite, TablePlan plan) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (var statement = sqlite.createStatement();
                var rows = statement.executeQuery("SELECT name FROM pragma_table_xinfo("
                        + SqlNames.literal(plan.source()) + ", 'main') WHERE hidden <> 1 ORDER BY cid")) {
            while (rows.next()) {
                columns.add(rows.getString(1));
            }
        }
        return columns;
    }

    private static void check(TablePlan plan, Kept kept, List<String> columns, QuarantinedRows found,
            SqliteReader sqlite, boolean utf16, Tally tally) throws SQLException {
        boolean planned = plan.quarantine().stream().anyMatch(rule -> rule.columns().equals(kept.columns())
                && rule.kind().name().equalsIgnoreCase(kept.rule()));
        List<String> parts = place(plan, kept, utf16);
        if (!planned || parts.isEmpty() || !sizes(kept.row(), columns)) {
            extra(plan, kept, "a row in quarantine that the plan does not send there, or not a whole one", tally);
            return;
        }
        String selected = columns.stream().map(name -> "s." + SqlNames.quoteSqlite(name))
                .collect(Collectors.joining(", "));
        String condition = IntStream.range(0, found.position().size())
                .mapToObj(i -> "s." + found.position().get(i) + " = " + parts.get(i))
                .collect(Collectors.joining(" AND "));
        try (var source = new SnapshotRows(sqlite.open("SELECT " + selected + " FROM "
                + SqlNames.quoteSqlite(plan.source()) + " AS s WHERE " + condition), columns.size(), null)) {
            if (!source.next()) {
                extra(plan, kept, "a row in quarantine that the snapshot does not have", tally);
                return;
            }
            if (!found.add(String.join(", ", parts))) {
                extra(plan, kept, "a row that is in quarantine twice", tally);
                return;
            }
            boolean changed = false;
            for (int i = 0; i < columns.size(); i++) {
                JsonNode value = Objects.requireNonNull(kept.row().get(columns.get(i)));
                if (!same(source, i, value)) {
                    tally.list(new Difference(Difference.Kind.CHANGED, plan.source(), kept.key(), columns.get(i),
                            Shown.source(source, i), "in quarantine: " + Shown.cut(value.toString())));
                    changed = true;
                }
            }
            if (changed) {
                tally.changed(1);
            }
        }
    }

    private static boolean sizes(JsonNode row, List<String> columns) {
        return row.size() == columns.size() && columns.stream().allMatch(row::has);
    }

    private static void extra(TablePlan plan, Kept kept, String what, Tally tally) {
        tally.extra(1);
        tally.list(new Difference(Difference.Kind.EXTRA, plan.source(), kept.key(), null, null, what));
    }

    /** Where the row is in the source, as SQL literals; none where that cannot be told. */
    private static List<String> place(TablePlan plan, Kept kept, boolean utf16) {
        if (!plan.withoutRowid()) {
            return kept.rowid() == null ? List.of() : List.of(kept.rowid());
        }
        List<String> parts = new ArrayList<>();
        for (String column : plan.key().columns()) {
            JsonNode value = kept.row().get(column);
            String literal = value == null ? null : literal(value, utf16);
            if (literal == null) {
                return List.of();
            }
            parts.add(literal);
        }
        return parts;
    }

    /** A kept value as SQL; null where it is none. */
    private static @Nullable String literal(JsonNode value, boolean utf16) {
        String type = type(value);
        String text = type == null ? "" : value.get(type).asString();
        return switch (type) {
            case "integer" -> Long.toString(Long.parseLong(text));
            case "real" -> {
                double real = real(text);
                yield Double.isInfinite(real) ? (real > 0 ? "9e999" : "-9e999") : Double.toString(real);
            }
            case "text" -> "+" + SqlNames.literal(text);
            // SQLite takes the bytes for text in the file's own encoding.
            case "text-hex" -> utf16
                    ? null
                    : "+CAST(X'" + HexFormat.of().formatHex(HexFormat.of().parseHex(text)) + "' AS TEXT)";
            case "blob-hex" -> "X'" + HexFormat.of().formatHex(HexFormat.of().parseHex(text)) + "'";
            case null, default -> null;
        };
    }

    private static @Nullable String type(JsonNode value) {
        return value.isObject() && value.size() == 1 ? value.propertyNames().iterator().next() : null;
    }

    private static double real(String text) {
        return switch (text) {
            case "Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static boolean same(SnapshotRows source, int column, JsonNode value) {
        if (value.isNull()) {
            return source.isNull(column);
        }
        String type = type(value);
        String text = type == null ? "" : value.get(type).asString();
        try {
            return switch (type) {
                case "integer" -> source.type(column) == SnapshotRows.INTEGER
                        && source.integer(column) == Long.parseLong(text);
                case "real" -> source.type(column) == SnapshotRows.REAL && Double
                        .doubleToRawLongBits(source.real(column)) == Double.doubleToRawLongBits(real(text));
                case "text" -> source.type(column) == SnapshotRows.TEXT
                        && Arrays.equals(source.bytes(column), text.getBytes(StandardCharsets.UTF_8));
                case "text-hex" -> source.type(column) == SnapshotRows.TEXT
                        && Arrays.equals(source.bytes(column), HexFormat.of().parseHex(text));
                case "blob-hex" -> source.type(column) == SnapshotRows.BLOB
                        && Arrays.equals(source.bytes(column), HexFormat.of().parseHex(text));
                case null, default -> false;
            };
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
