package dev.ferryman.replication.internal;

import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SourceTable.SourceColumn;
import dev.ferryman.schema.SourceTable.SourceIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The change table and triggers of one table ({@code DESIGN.md} § 2.1). They record keys and nothing else; a key too many
 * is harmless, a missing one is the only bug there is. The SQL is plain enough for the SQLite of ten years ago, since it
 * runs inside the application's library. Key columns, and columns of unique indexes, are the only ones named, so that
 * {@code DROP COLUMN} of any other goes on working.
 */
final class CaptureDdl {
    private final SourceTable table;
    private final int number;
    private final List<String> key;
    private final List<Uniqueness> rules;

    /** @param key columns that are recorded; empty where only the fact of a change is */
    CaptureDdl(SourceTable table, int number, List<String> key) {
        this.table = table;
        this.number = number;
        this.key = key;
        this.rules = key.isEmpty() ? List.of() : rules();
    }

    /** Every statement, in order. */
    List<String> statements() {
        return key.isEmpty() ? counting() : recording();
    }

    private List<String> counting() {
        String change = Names.quote(Names.change(number));
        List<String> statements = new ArrayList<>();
        statements.add("CREATE TABLE " + change + "(\"seq\" INTEGER PRIMARY KEY)");
        statements.add("INSERT INTO " + change + " VALUES (0)");
        for (String event : List.of("insert", "update", "delete")) {
            statements.add(trigger(event, "AFTER " + event.toUpperCase(java.util.Locale.ROOT),
                    "UPDATE " + change + " SET \"seq\" = \"seq\" + 1;"));
        }
        return statements;
    }

    private List<String> recording() {
        List<String> statements = new ArrayList<>();
        statements.add("CREATE TABLE " + Names.quote(Names.change(number)) + "(\"seq\" INTEGER PRIMARY KEY, "
                + String.join(", ", Names.keys(key.size())) + ")");
        statements.add(trigger("insert", "AFTER INSERT", record("SELECT " + of("new"))));
        statements.add(trigger("update", "AFTER UPDATE", record("SELECT " + of("old"))
                + " " + record("SELECT " + of("new") + " WHERE " + otherKey("new"))));
        statements.add(trigger("delete", "AFTER DELETE", record("SELECT " + of("old"))));
        String displaced = rules.stream().map(rule -> record("SELECT " + own() + " FROM " + Names.quote(table.name())
                + " WHERE " + rule.match())).collect(Collectors.joining(" "));
        if (!displaced.isEmpty()) {
            statements.add(trigger("displaced", "BEFORE INSERT", displaced));
        }
        for (int i = 0; i < rules.size(); i++) {
            Uniqueness rule = rules.get(i);
            statements.add(trigger("displaced_" + (i + 1), "BEFORE UPDATE", record("SELECT " + own() + " FROM "
                    + Names.quote(table.name()) + " WHERE " + rule.match() + " AND (" + otherKey(null) + ")"),
                    " WHEN " + rule.touched()));
        }
        return statements;
    }

    private String record(String select) {
        return "INSERT INTO " + Names.quote(Names.change(number)) + "(" + String.join(", ", Names.keys(key.size()))
                + ") " + select + ";";
    }

    private String trigger(String role, String event, String body) {
        return trigger(role, event, body, "");
    }

    private String trigger(String role, String event, String body, String when) {
        return "CREATE TRIGGER " + Names.quote(Names.trigger(number, role)) + " " + event + " ON "
                + Names.quote(table.name()) + " FOR EACH ROW" + when + " BEGIN " + body + " END";
    }

    private String of(String row) {
        return key.stream().map(name -> row + "." + Names.quote(name)).collect(Collectors.joining(", "));
    }

    private String own() {
        return String.join(", ", Names.quoteAll(key));
    }

    /** Byte by byte: under NOCASE, 'Bob' and 'bob' are two keys of the target. */
    private String otherKey(@org.jspecify.annotations.Nullable String row) {
        return key.stream().map(name -> (row == null ? "" : row + ".") + Names.quote(name)
                + " COLLATE BINARY IS NOT old." + Names.quote(name)).collect(Collectors.joining(" OR "));
    }

    /**
     * The uniqueness rules by which a REPLACE deletes another row without a word: every unique index, and the rowid where
     * it is not the key itself. A rule whose values are the recorded key needs no trigger, unless equal values can be
     * written in two ways.
     */
    private List<Uniqueness> rules() {
        boolean byRowid = table.rowidAlias() != null && key.equals(List.of(table.rowidAlias()));
        List<Uniqueness> found = new ArrayList<>();
        if (!table.withoutRowid() && !byRowid) {
            String rowid = table.rowidAlias() == null ? table.rowidName() : table.rowidAlias();
            if (rowid != null) {
                found.add(Uniqueness.ofRowid(rowid));
            }
        }
        for (SourceIndex index : table.indexes()) {
            if (index.unique() && !repeatsKey(index)) {
                found.add(Uniqueness.of(table, index));
            }
        }
        return found;
    }

    private boolean repeatsKey(SourceIndex index) {
        return !index.partial() && index.parts().stream().allMatch(part -> {
            SourceColumn column = part.column() == null ? null : table.column(part.column());
            return column != null && part.collation().equals("BINARY") && !Affinity.none(column.declaredType())
                    && key.contains(column.name());
        }) && index.parts().size() == key.size();
    }

    /** What keeps a table's rows from being followed by key; empty where nothing does. */
    static String obstacle(SourceTable table, List<String> key) {
        if (key.isEmpty()) {
            return "it has no key that names each row";
        }
        Stream<String> collations = Stream.concat(
                table.columns().stream().filter(c -> key.contains(c.name())).map(SourceColumn::collation),
                table.indexes().stream().filter(SourceIndex::unique).flatMap(i -> i.parts().stream())
                        .map(part -> part.collation()));
        String unknown = collations.filter(c -> !List.of("BINARY", "NOCASE", "RTRIM").contains(c)).findFirst()
                .orElse("");
        if (!unknown.isEmpty()) {
            return "its key or a unique index uses the application's own collation " + unknown;
        }
        if (table.unread() != null && table.indexes().stream().anyMatch(SourceIndex::unique)) {
            return "its CREATE TABLE statement could not be read, so what a REPLACE displaces is not known";
        }
        return table.indexes().stream().filter(SourceIndex::unique)
                .filter(index -> index.partial() && index.whereSql() == null
                        || index.parts().stream().anyMatch(p -> p.column() == null && p.expressionSql() == null))
                .map(index -> "the unique index " + index.name() + " could not be read").findFirst().orElse("");
    }
}
