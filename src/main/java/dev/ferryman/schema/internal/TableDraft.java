package dev.ferryman.schema.internal;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.Profile.TableProfile;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.Trait;
import dev.ferryman.schema.internal.PgSql.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table while its plan is being made: what it is, what its values are, and what was decided so far. */
final class TableDraft {
    final SourceTable source;
    final TableProfile profile;
    final String schema;
    final String target;
    final TargetNames constraintNames = new TargetNames();
    final List<ColumnPlan> columns = new ArrayList<>();

    TableDraft(SourceTable source, TableProfile profile, String schema, String target) {
        this.source = source;
        this.profile = profile;
        this.schema = schema;
        this.target = target;
    }

    /** Its quoted name with its schema. */
    String sql() {
        return SqlNames.quote(schema, target);
    }

    @Nullable
    ColumnPlan column(String sourceName) {
        for (var column : columns) {
            if (column.source().equalsIgnoreCase(sourceName)) {
                return column;
            }
        }
        return null;
    }

    /** A column of the plan as expressions see it; generated columns only where asked for. */
    @Nullable
    PgSql expressionColumn(String sourceName) {
        var column = column(sourceName);
        var declared = source.column(sourceName);
        if (column == null || declared == null) {
            return null;
        }
        return new PgSql(SqlNames.quote(column.target()), kind(column), declared.collation(), true);
    }

    private Kind kind(ColumnPlan column) {
        var values = profile.column(column.source());
        return switch (column.conversion()) {
            case DIRECT, DECIMAL, GENERATED -> switch (column.type().base()) {
                case INT2, INT4, INT8 -> Kind.INTEGER;
                case FLOAT8 -> Kind.REAL;
                case NUMERIC -> values.has(Trait.TEXT) ? Kind.OPAQUE : Kind.NUMERIC;
                case TEXT, VARCHAR -> Kind.TEXT;
                case BYTEA -> Kind.BYTES;
                case BOOLEAN -> Kind.BOOLEAN;
                case FLOAT4, CHAR, CITEXT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, JSON, JSONB, ENUM, TEXT_ARRAY,
                        DOMAIN, OTHER ->
                    Kind.OPAQUE;
            };
            // Booleans that were words are compared with words by the application.
            case BOOLEAN -> values.has(Trait.TEXT) ? Kind.OPAQUE : Kind.BOOLEAN;
            case AS_TEXT, AS_BYTES, ISO_TEXT, EPOCH_SECONDS, EPOCH_MILLIS, EPOCH_MICROS, EPOCH_NANOS, JULIAN_DAY, UUID,
                    JSON ->
                Kind.OPAQUE;
        };
    }

    boolean hasNulls(String sourceName) {
        return profile.column(sourceName).has(Trait.NULL);
    }

    /** Whether both sides keep values of this column apart and sort them alike. */
    boolean sameOrder(String sourceName, boolean utf8) {
        var column = column(sourceName);
        var declared = source.column(sourceName);
        if (column == null || declared == null) {
            return false;
        }
        var values = profile.column(column.source());
        return switch (column.type().base()) {
            case INT2, INT4, INT8, NUMERIC -> values.only(Trait.INTEGER)
                    && (column.conversion() == Conversion.DIRECT || column.conversion() == Conversion.DECIMAL);
            // The bytes of a UTF-16 database sort otherwise than those of UTF-8.
            case TEXT, VARCHAR -> utf8 && values.only(Trait.TEXT) && column.conversion() == Conversion.DIRECT
                    && declared.collation().equals("BINARY");
            case BOOLEAN, FLOAT4, FLOAT8, CHAR, CITEXT, BYTEA, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, JSON, JSONB,
                    ENUM, TEXT_ARRAY, DOMAIN, OTHER ->
                false;
        };
    }

    /** Types that can be compared with each other by an index of PostgreSQL without a change of meaning. */
    static String comparable(Base base) {
        return switch (base) {
            case INT2, INT4, INT8 -> "integer";
            case TEXT, VARCHAR -> "text";
            case BOOLEAN, FLOAT4, FLOAT8, NUMERIC, CHAR, CITEXT, BYTEA, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, JSON,
                    JSONB, ENUM, TEXT_ARRAY, DOMAIN, OTHER ->
                base
                        .name();
        };
    }
}
