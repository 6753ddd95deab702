package dev.ferryman.replication.internal;

import java.util.Locale;

/** SQLite's rules for what a declared type does to values. */
final class Affinity {
    private Affinity() {}

    /** Whether a column keeps 1, 1.0 and '1' as they were given, although it compares the first two as equal. */
    static boolean none(String declaredType) {
        String type = declaredType.toUpperCase(Locale.ROOT);
        if (type.contains("INT") || type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT")) {
            return false;
        }
        return type.isEmpty() || type.contains("BLOB") || type.equals("ANY");
    }

    /** The affinity of a declared type, as a word that gives a column the same one. */
    static String of(String declaredType) {
        String type = declaredType.toUpperCase(Locale.ROOT);
        if (type.contains("INT")) {
            return "INTEGER";
        }
        if (type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT")) {
            return "TEXT";
        }
        if (none(declaredType)) {
            return "BLOB";
        }
        return type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB") ? "REAL" : "NUMERIC";
    }
}
