package dev.ferryman.schema.internal;

import dev.ferryman.schema.PgType;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes PostgreSQL's types as SQL. */
public final class PgTypes {
    /** Types that can be asked for, in words. */
    static final String KNOWN = "smallint, integer, bigint, real, double precision, numeric(p,s), boolean, text,"
            + " varchar(n), char(n), citext, bytea, date, time, timestamp, timestamptz, uuid, json, jsonb, text[]";

    private static final Pattern WRITTEN = Pattern
            .compile("([a-z0-9 ]*[a-z0-9])(?: ?\\( ?(\\d{1,8})(?: ?, ?(\\d{1,4}))? ?\\))?"
                    + "( with time zone| without time zone)?(\\[\\])?");

    private PgTypes() {}

    /** Reads a type as a person writes it; null where it is none of {@link #KNOWN}. */
    static @Nullable PgType parse(String text) {
        var matcher = WRITTEN.matcher(text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " "));
        if (!matcher.matches()) {
            return null;
        }
        var zone = matcher.group(4) == null ? "" : matcher.group(4);
        var base = base(matcher.group(1) + zone + (matcher.group(5) == null ? "" : "[]"));
        if (base == null) {
            return null;
        }
        var first = matcher.group(2) == null ? null : Integer.valueOf(matcher.group(2));
        var second = matcher.group(3) == null ? null : Integer.valueOf(matcher.group(3));
        return switch (base) {
            case NUMERIC -> first == null
                    ? PgType.of(base)
                    : first < 1 || first > 1000 || (second != null && second > first)
                            ? null
                            : new PgType(base, first, second == null ? Integer.valueOf(0) : second, null);
            case VARCHAR, CHAR -> second != null || (first != null && (first < 1 || first > 10_485_760))
                    ? null
                    : new PgType(base, first == null && base == PgType.Base.CHAR ? Integer.valueOf(1) : first, null,
                            null);
            case TIME, TIMESTAMP, TIMESTAMPTZ -> second != null || (first != null && first > 6)
                    ? null
                    : new PgType(base, null, first, null);
            case BOOLEAN, INT2, INT4, INT8, FLOAT4, FLOAT8, TEXT, CITEXT, BYTEA, DATE, UUID, JSON, JSONB, ENUM,
                    TEXT_ARRAY, DOMAIN, OTHER ->
                first == null ? PgType.of(base) : null;
        };
    }

    private static PgType.@Nullable Base base(String name) {
        return switch (name) {
            case "boolean", "bool" -> PgType.Base.BOOLEAN;
            case "smallint", "int2" -> PgType.Base.INT2;
            case "integer", "int", "int4" -> PgType.Base.INT4;
            case "bigint", "int8" -> PgType.Base.INT8;
            case "real", "float4" -> PgType.Base.FLOAT4;
            case "double precision", "float8" -> PgType.Base.FLOAT8;
            case "numeric", "decimal" -> PgType.Base.NUMERIC;
            case "text" -> PgType.Base.TEXT;
            case "varchar", "character varying" -> PgType.Base.VARCHAR;
            case "char", "character" -> PgType.Base.CHAR;
            case "citext" -> PgType.Base.CITEXT;
            case "bytea" -> PgType.Base.BYTEA;
            case "date" -> PgType.Base.DATE;
            case "time", "time without time zone" -> PgType.Base.TIME;
            case "timestamp", "timestamp without time zone" -> PgType.Base.TIMESTAMP;
            case "timestamptz", "timestamp with time zone" -> PgType.Base.TIMESTAMPTZ;
            case "uuid" -> PgType.Base.UUID;
            case "json" -> PgType.Base.JSON;
            case "jsonb" -> PgType.Base.JSONB;
            case "text[]" -> PgType.Base.TEXT_ARRAY;
            default -> null;
        };
    }

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

    private static String modifier(@Nullable Integer number) {
        return number == null ? "" : "(" + number + ")";
    }
}
