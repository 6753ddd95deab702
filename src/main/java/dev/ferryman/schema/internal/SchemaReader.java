package dev.ferryman.schema.internal;

import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceSchema.SourceTrigger;
import dev.ferryman.schema.SourceSchema.SourceView;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SourceTable.Generated;
import dev.ferryman.schema.SourceTable.IndexPart;
import dev.ferryman.schema.SourceTable.Origin;
import dev.ferryman.schema.SourceTable.SourceCheck;
import dev.ferryman.schema.SourceTable.SourceColumn;
import dev.ferryman.schema.SourceTable.SourceForeignKey;
import dev.ferryman.schema.SourceTable.SourceIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a source's schema: see {@link SourceSchema}. */
public final class SchemaReader {
    private final Connection sqlite;

    private SchemaReader(Connection sqlite) {
        this.sqlite = sqlite;
    }

    /** See {@link SourceSchema#read(Connection)}. */
    public static SourceSchema read(Connection sqlite) throws SQLException {
        return new SchemaReader(sqlite).read();
    }

    private SourceSchema read() throws SQLException {
        var encoding = Rows.query(sqlite, "PRAGMA encoding", row -> row.getString(1)).getFirst();
        var views = new ArrayList<SourceView>();
        var triggers = new ArrayList<SourceTrigger>();
        Map<String, String> tableSql = new HashMap<>();
        Rows.query(sqlite, "SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_schema ORDER BY name",
                row -> {
                    var name = row.getString(2);
                    if (!isOurs(name) && !isOurs(row.getString(3))) {
                        switch (row.getString(1)) {
                            case "view" -> views.add(new SourceView(name, row.getString(4)));
                            case "trigger" -> triggers.add(new SourceTrigger(name, row.getString(3), row.getString(4)));
                            case "table" -> tableSql.put(name, row.getString(4));
                            default -> {
                                // Indexes are read with their tables.
                            }
                        }
                    }
                    return name;
                });
        var sequences = sequences();
        var kinds = new HashMap<String, Flags>();
        Rows.query(sqlite, "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'", row -> kinds
                .put(row.getString(1), new Flags(row.getString(2), row.getBoolean(3), row.getBoolean(4))));
        var tables = new ArrayList<SourceTable>();
        for (var name : tableSql.keySet().stream().sorted().toList()) {
            if (!name.regionMatches(true, 0, "sqlite_", 0, 7)) {
                var sql = tableSql.getOrDefault(name, "");
                tables.add(table(name, sql, kinds.getOrDefault(name, new Flags("table", false, false)),
                        sequences.get(name)));
            }
        }
        return new SourceSchema(encoding, resolveParents(tables), views, triggers);
    }

    private record Flags(String type, boolean withoutRowid, boolean strict) {}

    private static boolean isOurs(String name) {
        return name.regionMatches(true, 0, "_ferryman_", 0, 10);
    }

    private Map<String, Long> sequences() throws SQLException {
        var sequences = new HashMap<String, Long>();
        var exists = Rows.query(sqlite, "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'", _ -> 1);
        if (!exists.isEmpty()) {
            // Applications may write anything into it; what is no integer says nothing.
            Rows.query(sqlite, "SELECT name, max(seq) FROM main.sqlite_sequence WHERE typeof(seq) = 'integer'"
                    + " AND name IS NOT NULL GROUP BY name", row -> sequences.put(row.getString(1), row.getLong(2)));
        }
        return sequences;
    }

    private SourceTable table(String name, String sql, Flags flags, @Nullable Long sequence) throws SQLException {
        if (flags.type.equals("virtual") || isVirtual(sql)) {
            return new SourceTable(name, SourceTable.Kind.VIRTUAL, false, false, false, null, null, null, List.of(),
                    List.of(), List.of(), List.of(), List.of(), sql, null);
        }
        String unread = null;
        TableDdl ddl = null;
        try {
            ddl = TableDdlParser.parse(sql);
        } catch (SqlSyntaxException e) {
            unread = e.getMessage();
        }
        var columns = new ArrayList<SourceColumn>();
        Map<Integer, String> keyColumns = new HashMap<>();
        var parsed = ddl;
        Rows.query(sqlite, "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo("
                + "?, 'main') WHERE hidden <> 1 ORDER BY cid", row -> {
                    var column = row.getString(1);
                    var hidden = row.getInt(6);
                    var declared = parsed == null ? null : find(parsed, column);
                    var generated = hidden == 2 ? Generated.VIRTUAL : hidden == 3 ? Generated.STORED : Generated.NO;
                    columns.add(new SourceColumn(column, withoutGeneratedAlways(row.getString(2), generated),
                            row.getBoolean(3), row.getString(4),
                            declared == null ? "BINARY" : declared.collation().toUpperCase(Locale.ROOT), generated,
                            declared == null ? null : declared.generated()));
                    if (row.getInt(5) > 0) {
                        keyColumns.put(row.getInt(5), column);
                    }
                    return column;
                }, name);
        var primaryKey = keyColumns.entrySet().stream().sorted(Map.Entry.comparingByKey()).map(Map.Entry::getValue)
                .toList();
        var indexes = indexes(name);
        var kind = flags.type.equals("shadow") ? SourceTable.Kind.SHADOW : SourceTable.Kind.ORDINARY;
        return new SourceTable(name, kind, flags.strict, flags.withoutRowid, ddl != null && ddl.autoincrement(),
                sequence, rowidAlias(flags, columns, primaryKey, indexes), rowidName(flags, columns), columns,
                primaryKey,
                indexes, foreignKeys(name, ddl), checks(ddl), sql, unread);
    }

    private static boolean isVirtual(String sql) {
        try {
            return new TokenReader(sql).accept("CREATE", "VIRTUAL", "TABLE");
        } catch (SqlSyntaxException _) {
            return false;
        }
    }

    private static TableDdl.@Nullable Column find(TableDdl ddl, String column) {
        return ddl.columns().stream().filter(c -> c.name().equalsIgnoreCase(column)).findFirst().orElse(null);
    }

    /** SQLite counts the words of {@code x INT GENERATED ALWAYS AS (…)} to the type. */
    private static String withoutGeneratedAlways(@Nullable String type, Generated generated) {
        var declared = type == null ? "" : type;
        var suffix = "GENERATED ALWAYS";
        if (generated != Generated.NO && declared.toUpperCase(Locale.ROOT).endsWith(suffix)) {
            return declared.substring(0, declared.length() - suffix.length()).strip();
        }
        return declared;
    }

    /** An INTEGER PRIMARY KEY is the rowid unless an index keeps it, which {@code INTEGER PRIMARY KEY DESC} has. */
    private static @Nullable String rowidAlias(Flags flags, List<SourceColumn> columns, List<String> primaryKey,
            List<SourceIndex> indexes) {
        if (flags.withoutRowid || primaryKey.size() != 1
                || indexes.stream().anyMatch(index -> index.origin() == Origin.PRIMARY_KEY)) {
            return null;
        }
        return columns.stream().filter(c -> c.name().equals(primaryKey.getFirst()))
                .filter(c -> c.declaredType().equalsIgnoreCase("INTEGER")).map(SourceColumn::name).findFirst()
                .orElse(null);
    }

    private static @Nullable String rowidName(Flags flags, List<SourceColumn> columns) {
        if (flags.withoutRowid) {
            return null;
        }
        for (var name : List.of("rowid", "_rowid_", "oid")) {
            if (columns.stream().noneMatch(c -> c.name().equalsIgnoreCase(name))) {
                return name;
            }
        }
        return null;
    }

    private List<SourceIndex> indexes(String table) throws SQLException {
        record Listed(String name, boolean unique, Origin origin, boolean partial, @Nullable String sql) {}
        var listed = Rows.query(sqlite,
                """
                SELECT l.name, l."unique", l.origin, l.partial, s.sql FROM pragma_index_list(?, 'main') l
                LEFT JOIN main.sqlite_schema s ON s.type = 'index' AND s.name = l.name""",
                row -> new Listed(row.getString(1), row.getBoolean(2), switch (row.getString(3)) {
                    case "pk" -> Origin.PRIMARY_KEY;
                    case "u" -> Origin.UNIQUE;
                    default -> Origin.CREATE_INDEX;
                }, row.getBoolean(4), row.getString(5)), table);
        var indexes = new ArrayList<SourceIndex>();
        for (var index : listed) {
            var ddl = parseIndex(index.sql);
            var parts = Rows.query(sqlite, "SELECT seqno, cid, name, \"desc\", coalesce(coll, 'BINARY')"
                    + " FROM pragma_index_xinfo(?, 'main') WHERE key = 1 ORDER BY seqno", row -> {
                        var position = row.getInt(1);
                        var expression = row.getInt(2) == -2 && ddl != null && position < ddl.parts().size()
                                ? ddl.parts().get(position)
                                : null;
                        var name = row.getInt(2) == -1 ? "rowid" : row.getString(3);
                        return new IndexPart(name, expression, row.getString(5).toUpperCase(Locale.ROOT),
                                row.getBoolean(4));
                    }, index.name);
            indexes.add(new SourceIndex(index.name, index.unique, index.origin, index.partial,
                    ddl == null ? null : ddl.where(), parts, index.sql));
        }
        indexes.sort(Comparator.comparing(SourceIndex::name));
        return indexes;
    }

    private static @Nullable IndexDdl parseIndex(@Nullable String sql) {
        try {
            return sql == null ? null : IndexDdl.parse(sql);
        } catch (SqlSyntaxException _) {
            // The planner finds a partial or expression index without its text, and says so.
            return null;
        }
    }

    private static List<SourceCheck> checks(@Nullable TableDdl ddl) {
        return ddl == null
                ? List.of()
                : ddl.checks().stream().map(check -> new SourceCheck(check.name(), check.sql())).toList();
    }

    private List<SourceForeignKey> foreignKeys(String table, @Nullable TableDdl ddl) throws SQLException {
        record Part(int id, String parent, String from, @Nullable String to, String onUpdate, String onDelete) {}
        var parts = Rows.query(sqlite, "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete"
                + " FROM pragma_foreign_key_list(?, 'main') ORDER BY id DESC, seq",
                row -> new Part(row.getInt(1),
                        row.getString(2), row.getString(3), row.getString(4), row.getString(5), row.getString(6)),
                table);
        var foreignKeys = new ArrayList<SourceForeignKey>();
        Set<Integer> done = new HashSet<>();
        for (var first : parts) {
            if (done.add(first.id)) {
                var own = parts.stream().filter(part -> part.id == first.id).toList();
                var columns = own.stream().map(Part::from).toList();
                var parents = new ArrayList<String>();
                for (var part : own) {
                    if (part.to != null) {
                        parents.add(part.to);
                    }
                }
                var written = ddl == null ? null : find(ddl, foreignKeys.size(), columns, first.parent);
                foreignKeys.add(new SourceForeignKey(written == null ? null : written.name(), columns, first.parent,
                        parents, first.onDelete, first.onUpdate, written != null && written.deferrable(),
                        written != null && written.initiallyDeferred()));
            }
        }
        return foreignKeys;
    }

    /** SQLite numbers foreign keys from the last to the first; the columns make sure that it is the same one. */
    private static TableDdl.@Nullable ForeignKey find(TableDdl ddl, int position, List<String> columns,
            String parent) {
        if (position >= ddl.foreignKeys().size()) {
            return null;
        }
        var candidate = ddl.foreignKeys().get(position);
        return candidate.parent().equalsIgnoreCase(parent) && candidate.columns().size() == columns.size()
                ? candidate
                : null;
    }

    /** {@code REFERENCES p} without columns means the primary key of p. */
    private static List<SourceTable> resolveParents(List<SourceTable> tables) {
        Map<String, SourceTable> byName = new HashMap<>();
        tables.forEach(table -> byName.put(table.name().toLowerCase(Locale.ROOT), table));
        return tables.stream().map(table -> {
            var resolved = table.foreignKeys().stream().map(key -> {
                var parent = byName.get(key.parent().toLowerCase(Locale.ROOT));
                var columns = key.parentColumns().isEmpty() && parent != null
                        ? parent.primaryKey()
                        : key.parentColumns();
                return new SourceForeignKey(key.name(), key.columns(), key.parent(),
                        columns.size() == key.columns().size() ? columns : List.of(), key.onDelete(), key.onUpdate(),
                        key.deferrable(), key.initiallyDeferred());
            }).toList();
            return new SourceTable(table.name(), table.kind(), table.strict(), table.withoutRowid(),
                    table.autoincrement(), table.sequence(), table.rowidAlias(), table.rowidName(), table.columns(),
                    table.primaryKey(), table.indexes(), resolved, table.checks(), table.sql(), table.unread());
        }).toList();
    }
}
