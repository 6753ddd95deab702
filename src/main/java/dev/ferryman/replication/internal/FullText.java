package dev.ferryman.replication.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Full-text tables that the application keeps up to date by triggers. The reverse sync fires none, so they are stale until
 * they are rebuilt ({@code DESIGN.md} § 2.8).
 */
final class FullText {
    private static final Pattern MODULE = Pattern.compile("\\bUSING\\s+fts[345]\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern CONTENT = Pattern.compile("\\bcontent\\s*=\\s*(?!(''|\"\")\\s*[,)])",
            Pattern.CASE_INSENSITIVE);

    private FullText() {}

    private record Virtual(String name, String sql) {}

    private static List<Virtual> all(Connection source) throws SQLException {
        return Sql.query(source,
                "SELECT name, sql FROM main.sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'",
                row -> new Virtual(row.getString(1), row.getString(2))).stream()
                .filter(table -> MODULE.matcher(table.sql()).find()).toList();
    }

    /** Rebuilds every one whose rows are those of a table, inside a transaction of the caller. */
    static void rebuild(Connection source) throws SQLException {
        for (Virtual table : all(source)) {
            if (CONTENT.matcher(table.sql()).find()) {
                String name = Names.quote(table.name());
                Sql.execute(source, "INSERT INTO " + name + "(" + name + ") VALUES ('rebuild')");
            }
        }
    }

    /** Those with texts of their own that a trigger, set aside at the moment, keeps up to date. */
    static List<String> stale(Connection source) throws SQLException {
        List<String> triggers = Sql.query(source, "SELECT sql FROM " + Names.ASIDE, row -> row.getString(1));
        return all(source).stream().filter(table -> !CONTENT.matcher(table.sql()).find()).map(Virtual::name)
                .filter(name -> triggers.stream().anyMatch(
                        sql -> sql.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT))))
                .toList();
    }
}
