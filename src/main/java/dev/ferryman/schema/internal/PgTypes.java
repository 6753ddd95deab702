package dev.ferryman.schema.internal;

import dev.ferryman.schema.PgType;

/** Writes PostgreSQL's types as SQL. */
public final class PgTypes {
    private PgTypes() {}

    /** The type with its modifiers, as a column definition has it. */
    public static String sql(PgType type) {
        var name = type.name();
        return switch (type.base()) {
            case BOOLEAN -> "boolean";
            case INT2 -> "smallint";
            case INT4 -> "integer";
            case INT8 -> "bigint";
            case FLOAT4 -> "real";
            case FLOAT8 -> "double precision";
            case NUMERIC -> "numeric" + (type.length() == null
                    ? ""
                    : "(" + type.length() + (type.scale() == null ? "" : "," + type.scale()) + ")");
            case TEXT -> "text";
            case VARCHAR -> "varchar" + modifier(type.length());
            case CHAR -> "char" + modifier(type.length());
            case CITEXT -> "citext";
            case BYTEA -> "bytea";
            case DATE -> "date";
            case TIME -> "time" + modifier(type.scale());
            case TIMESTAMP -> "timestamp" + modifier(type.scale());
            case TIMESTAMPTZ -> "timestamptz" + modifier(type.scale());
            case UUID -> "uuid";
            case JSON -> "json";
            case JSONB -> "jsonb";
            case TEXT_ARRAY -> "text[]";
            case ENUM, DOMAIN, OTHER -> name == null ? "unknown" : name;
        };
    }

    private static String modifier(@org.jspecify.annotations.Nullable Integer number) {
        return number == null ? "" : "(" + number + ")";
    }
}
