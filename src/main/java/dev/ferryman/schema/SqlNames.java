package dev.ferryman.schema;

/** Writes names into SQL so that any name is only a name: spaces, quotes, reserved words and emoji included. */
public final class SqlNames {
    private SqlNames() {}

    /** A PostgreSQL identifier in double quotes; its case is kept. */
    public static String quote(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("no PostgreSQL identifier is empty or holds a NUL");
        }
        return doubled(name);
    }

    /** A PostgreSQL table with its schema. */
    public static String quote(String schema, String name) {
        return quote(schema) + "." + quote(name);
    }

    /** A SQLite identifier in double quotes; SQLite allows the empty name. */
    public static String quoteSqlite(String name) {
        return doubled(name);
    }

    /** A string literal that both databases read alike ({@code standard_conforming_strings} is on). */
    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String doubled(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
