package dev.ferryman.fidelity;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * A source as it may be: tables with odd names, types, keys, constraints, defaults and generated columns, and values that
 * need not fit any of them.
 *
 * @param encoding of its text
 * @param tables its tables
 */
record AnySource(String encoding, List<Table> tables) {
    private static final List<String> NAMES = List.of("a", "B", "order", "select", "with space", "q\"uote", "🐘",
            "rowid",
            "oid", "ctid", "xmin", "id", "ä", "Ä", "user", "%", "a.b", "it's", "back\\slash", "?", "$1", "key", "Value",
            "CamelCase", "n".repeat(64) + "1", "n".repeat(64) + "2", "ü".repeat(40), "_", "1", "[x]", "table", "null");
    private static final List<String> TYPES = List.of("INTEGER", "INT", "BIGINT", "TINYINT(1)", "REAL",
            "DOUBLE PRECISION",
            "FLOAT", "TEXT", "VARCHAR(3)", "NVARCHAR(10)", "CHAR(2)", "CLOB", "BLOB", "NUMERIC", "DECIMAL(4,2)",
            "DECIMAL(10)", "BOOLEAN", "BOOL", "DATE", "DATETIME", "TIMESTAMP", "DATETIME(3)", "TIME",
            "TIMESTAMP WITH TIME ZONE", "UUID", "JSON", "JSONB", "", "UNSIGNED BIG INT", "'my type'", "STRING", "MONEY",
            "VARBINARY(8)", "YEAR");
    private static final List<String> STRICT_TYPES = List.of("INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY");
    private static final List<String> DEFAULTS = List.of("", "", "", "DEFAULT 1", "DEFAULT 'x'", "DEFAULT NULL",
            "DEFAULT CURRENT_TIMESTAMP", "DEFAULT current_date", "DEFAULT (datetime('now', '+7 days'))",
            "DEFAULT (strftime('%s', 'now'))", "DEFAULT (lower(hex(randomblob(4))))", "DEFAULT (random())",
            "DEFAULT -1.5", "DEFAULT x'00ff'", "DEFAULT \"dq\"", "DEFAULT TRUE", "DEFAULT (1 + 2)", "DEFAULT ''",
            "DEFAULT (julianday('now'))", "DEFAULT 'now'", "DEFAULT 9223372036854775807", "DEFAULT 1e999");
    private static final List<String> CHECKS = List.of("", "", "", "", "%s <> 'x'", "length(%s) < 100", "%s >= 0",
            "typeof(%s) = 'integer'", "%s IN (1, 2, 'a')", "%s LIKE 'a%%'", "%s GLOB '[a-z]*'", "%s IS NOT NULL",
            "abs(%s) < 1e9", "date(%s) IS NOT NULL", "json_valid(%s)", "upper(%s) = %s", "%s BETWEEN 0 AND 1");
    private static final List<String> INDEXES = List.of("", "", "", "INDEX (%s)", "INDEX (%s DESC)", "UNIQUE (%s)",
            "INDEX (lower(%s))", "UNIQUE (%s COLLATE NOCASE)", "UNIQUE (%s) WHERE %s IS NOT NULL",
            "INDEX (%s) WHERE %s > 0",
            "INDEX (%s COLLATE RTRIM)", "INDEX (length(%s), %s)", "UNIQUE (substr(%s, 1, 2))");
    private static final List<String> GENERATED = List.of("", "", "", "", "", "%s || 'x'", "length(%s)", "%s + 1",
            "upper(%s)", "coalesce(%s, 0)", "abs(%s)", "substr(%s, 1, 2)", "%s * 2.0", "%s IS NULL", "hex(%s)",
            "typeof(%s)", "%s");

    /**
     * A column.
     *
     * @param name index of its name
     * @param index of the declared type
     * @param collation of it
     * @param notNull whether that is declared; rows may break it
     * @param values of its rows, one after the other
     */
    record Column(int name, int type, String collation, boolean notNull, String defaultSql, String check, String index,
            List<String> values) {}

    /**
     * A table.
     *
     * @param key what kind of key it has
     * @param strict whether it is STRICT
     * @param generated expression of a generated column over the first one, empty where there is none
     * @param refers whether its last column refers to the table before
     */
    record Table(int name, Key key, boolean strict, boolean stored, String generated, boolean refers,
            List<Column> columns) {}

    /** Kinds of keys. */
    enum Key {
        NONE, ROWID, AUTOINCREMENT, ONE, TWO, UNIQUE, WITHOUT_ROWID
    }

    static Arbitrary<AnySource> any() {
        var column = Combinators.combine(Arbitraries.integers().between(0, NAMES.size() - 1),
                Arbitraries.integers().between(0, TYPES.size() - 1),
                Arbitraries.of("", "", "", "COLLATE NOCASE", "COLLATE RTRIM", "COLLATE BINARY"),
                Arbitraries.of(false, false, true), Arbitraries.of(DEFAULTS), Arbitraries.of(CHECKS),
                Arbitraries.of(INDEXES), AnyValue.column()).as(Column::new);
        var table = Combinators.combine(Arbitraries.integers().between(0, NAMES.size() - 1), Arbitraries.of(Key.class),
                Arbitraries.of(false, false, false, true), Arbitraries.of(true, false), Arbitraries.of(GENERATED),
                Arbitraries.of(true, false), column.list().ofMinSize(1).ofMaxSize(5)).as(Table::new);
        return Combinators.combine(Arbitraries.of("UTF-8", "UTF-8", "UTF-8", "UTF-16le"),
                table.list().ofMinSize(1).ofMaxSize(3)).as(AnySource::new);
    }

    /** Statements that make it, in order. Those that SQLite refuses are skipped. */
    List<String> statements() {
        var statements = new ArrayList<String>();
        statements.add("PRAGMA encoding = '" + encoding + "'");
        statements.add("PRAGMA user_version = 1");
        statements.add("PRAGMA foreign_keys = OFF");
        statements.add("PRAGMA ignore_check_constraints = ON");
        Map<String, String> referable = new LinkedHashMap<>();
        for (int i = 0; i < tables.size(); i++) {
            table(tables.get(i), tables.subList(0, i).stream().map(t -> NAMES.get(t.name)).toList(), statements,
                    referable);
        }
        return statements;
    }

    private void table(Table table, List<String> before, List<String> statements, Map<String, String> referable) {
        var name = distinct(NAMES.get(table.name), before);
        var names = new ArrayList<String>();
        var parts = new ArrayList<String>();
        var rowid = table.key == Key.ROWID || table.key == Key.AUTOINCREMENT;
        for (var column : table.columns) {
            names.add(distinct(NAMES.get(column.name), names));
        }
        for (int i = 0; i < names.size(); i++) {
            parts.add(column(table, table.columns.get(i), names.get(i), i, rowid));
        }
        var first = quote(names.getFirst());
        if (!table.generated.isEmpty()) {
            var generated = distinct("gen", names);
            names.add(generated);
            parts.add(quote(generated) + (table.strict ? " ANY" : "") + " AS (" + table.generated.replace("%s", first)
                    + ") " + (table.stored ? "STORED" : "VIRTUAL"));
        }
        switch (table.key) {
            case ONE, WITHOUT_ROWID -> parts.add("PRIMARY KEY (" + first + ")");
            case TWO -> parts.add("PRIMARY KEY (" + first + (table.columns.size() > 1
                    ? ", " + quote(names.get(1))
                    : "") + ")");
            case UNIQUE -> parts.add("UNIQUE (" + first + ")");
            case NONE, ROWID, AUTOINCREMENT -> {
                // Declared with the column, or not at all.
            }
        }
        var parent = before.isEmpty() ? null : before.getLast();
        if (table.refers && parent != null && referable.containsKey(parent)) {
            parts.add("FOREIGN KEY (" + quote(names.get(table.columns.size() - 1)) + ") REFERENCES " + quote(parent)
                    + (table.stored ? " (" + quote(String.valueOf(referable.get(parent))) + ")" : "")
                    + " ON DELETE CASCADE");
        }
        if (table.key != Key.NONE && table.key != Key.TWO) {
            referable.put(NAMES.get(table.name), names.getFirst());
        }
        var options = new ArrayList<String>();
        if (table.strict) {
            options.add("STRICT");
        }
        if (table.key == Key.WITHOUT_ROWID) {
            options.add("WITHOUT ROWID");
        }
        statements.add("CREATE TABLE " + quote(name) + " (" + String.join(", ", parts) + ") "
                + String.join(", ", options));
        for (int i = 0; i < table.columns.size(); i++) {
            index(name, names.get(i), table.columns.get(i), i, statements);
        }
        rows(table, name, names, rowid, statements);
    }

    private static String column(Table table, Column column, String name, int position, boolean rowid) {
        var text = new StringBuilder(quote(name)).append(' ');
        if (rowid && position == 0) {
            return text.append("INTEGER PRIMARY KEY").append(table.key == Key.AUTOINCREMENT ? " AUTOINCREMENT" : "")
                    .toString();
        }
        text.append(table.strict ? STRICT_TYPES.get(column.type % STRICT_TYPES.size()) : TYPES.get(column.type))
                .append(' ').append(column.collation).append(' ').append(column.defaultSql);
        if (column.notNull || (table.key == Key.UNIQUE && position == 0)) {
            text.append(" NOT NULL");
        }
        if (!column.check.isEmpty()) {
            text.append(" CHECK (").append(column.check.replace("%%", "%").replace("%s", quote(name))).append(')');
        }
        return text.toString();
    }

    private static void index(String table, String name, Column column, int position, List<String> statements) {
        if (!column.index.isEmpty()) {
            var unique = column.index.startsWith("UNIQUE") ? "UNIQUE " : "";
            statements
                    .add("CREATE " + unique + "INDEX " + quote("idx " + position + " " + table) + " ON " + quote(table)
                            + " " + column.index.substring(column.index.indexOf('(')).replace("%s", quote(name)));
        }
    }

    private static void rows(Table table, String name, List<String> names, boolean rowid, List<String> statements) {
        var rows = table.columns.stream().mapToInt(column -> column.values.size()).max().orElse(0);
        var listed = String.join(", ", names.subList(0, table.columns.size()).stream().map(AnySource::quote).toList());
        for (int row = 0; row < rows; row++) {
            var values = new ArrayList<String>();
            for (int i = 0; i < table.columns.size(); i++) {
                var column = table.columns.get(i).values;
                values.add(rowid && i == 0
                        ? row % 3 == 2 ? "NULL" : String.valueOf((row + 1) * 7L)
                        : row < column.size() ? column.get(row) : "NULL");
            }
            statements.add("INSERT INTO " + quote(name) + " (" + listed + ") VALUES (" + String.join(", ", values)
                    + ")");
        }
        if (table.stored && rowid) {
            statements.add("DELETE FROM " + quote(name) + " WHERE " + quote(names.getFirst()) + " > 14");
        }
    }

    /** The name, with a number behind it where SQLite takes it for one that is there. */
    private static String distinct(String name, List<String> taken) {
        var lower = taken.stream().map(other -> other.toLowerCase(Locale.ROOT)).toList();
        var distinct = name;
        for (int i = 2; lower.contains(distinct.toLowerCase(Locale.ROOT)); i++) {
            distinct = name + i;
        }
        return distinct;
    }

    static String quote(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /**
     * Writes it into a new file, as far as SQLite takes it.
     *
     * @return whether SQLite itself calls the file sound: an index over {@code lower()} of NULs in UTF-16 is not
     */
    boolean write(Path file) throws Exception {
        Files.deleteIfExists(file);
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (var sql : statements()) {
                try {
                    statement.execute(sql);
                } catch (SQLException _) {
                    // A row or a table that SQLite itself refuses is none that an application has.
                }
            }
            try (var found = statement.executeQuery("PRAGMA integrity_check")) {
                return found.next() && (found.getString(1).equals("ok") || !found.getString(1).contains("missing"));
            }
        }
    }

    @Override
    public String toString() {
        return String.join(";\n", statements()) + ";\n";
    }
}
