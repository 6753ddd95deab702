package dev.ferryman.schema.internal;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a declared type says.
 *
 * @param family what its author meant
 * @param affinity what SQLite makes of it ("Datatypes In SQLite", section 3.1)
 * @param first first number in parentheses, null where there is none
 * @param second second number in parentheses, null where there is none
 */
record DeclaredType(Family family, Affinity affinity, @Nullable Integer first, @Nullable Integer second) {
    enum Family {
        NONE, INTEGER, REAL, NUMERIC, BOOLEAN, TEXT, VARCHAR, BLOB, DATE, TIME, TIMESTAMP, UUID, JSON, OTHER
    }

    enum Affinity {
        INTEGER, REAL, NUMERIC, TEXT, BLOB
    }

    static DeclaredType of(String declared) {
        var upper = declared.toUpperCase(Locale.ROOT);
        var parenthesis = upper.indexOf('(');
        var name = (parenthesis < 0 ? upper : upper.substring(0, parenthesis)).strip();
        Integer first = null;
        Integer second = null;
        if (parenthesis >= 0) {
            var close = upper.indexOf(')', parenthesis);
            var inside = upper.substring(parenthesis + 1, close < 0 ? upper.length() : close).split(",", -1);
            first = number(inside[0]);
            second = inside.length > 1 ? number(inside[1]) : null;
        }
        var affinity = affinity(upper);
        return new DeclaredType(family(name, affinity), affinity, first, second);
    }

    private static @Nullable Integer number(String text) {
        try {
            return Integer.valueOf(text.strip().split(" ", -1)[0]);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    private static Affinity affinity(String type) {
        if (type.contains("INT")) {
            return Affinity.INTEGER;
        }
        if (type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT")) {
            return Affinity.TEXT;
        }
        if (type.contains("BLOB") || type.isEmpty()) {
            return Affinity.BLOB;
        }
        if (type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB")) {
            return Affinity.REAL;
        }
        return Affinity.NUMERIC;
    }

    private static Family family(String name, Affinity affinity) {
        if (name.startsWith("TIMESTAMP") || name.startsWith("DATETIME") || name.equals("SMALLDATETIME")) {
            return Family.TIMESTAMP;
        }
        if (name.startsWith("TIME")) {
            return Family.TIME;
        }
        return switch (name) {
            case "" -> Family.NONE;
            case "BOOL", "BOOLEAN" -> Family.BOOLEAN;
            case "DATE" -> Family.DATE;
            case "DECIMAL", "NUMERIC", "DEC", "NUMBER", "FIXED" -> Family.NUMERIC;
            case "UUID", "GUID", "UNIQUEIDENTIFIER" -> Family.UUID;
            case "JSON", "JSONB" -> Family.JSON;
            case "BINARY", "VARBINARY", "BYTEA", "IMAGE", "LONGVARBINARY" -> Family.BLOB;
            case "STRING" -> Family.TEXT;
            default -> switch (affinity) {
                case INTEGER -> Family.INTEGER;
                case REAL -> Family.REAL;
                case TEXT -> name.contains("CHAR") ? Family.VARCHAR : Family.TEXT;
                case BLOB -> Family.BLOB;
                case NUMERIC -> Family.OTHER;
            };
        };
    }
}
