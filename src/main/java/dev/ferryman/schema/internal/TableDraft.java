package dev.ferryman.schema.internal;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.NameCase;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.Profile.TableProfile;
import dev.ferryman.schema.QuarantineRule;
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
    final TargetNames constraintNames;
    final List<ColumnPlan> columns = new ArrayList<>();
    /** Which rows go to quarantine. */
    final List<QuarantineRule> quarantine = new ArrayList<>();
    /** Foreign keys that hold for every row in the target. */
    final List<EnforcedKey> enforced = new ArrayList<>();
    boolean replace;
    /** Whether the columns that name a row are all in the plan. */
    boolean named = true;

    /** A foreign key in source names. */
    record EnforcedKey(List<String> columns, String parent, List<String> parentColumns) {}

    TableDraft(SourceTable source, TableProfile profile, String schema, String target, NameCase nameCase) {
        this.constraintNames = new TargetNames(nameCase);
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
        return new PgSql(SqlNames.quote(column.target()), kind(column), declared.collation(), true)
                .within(bound(profile.column(column.source())));
    }

    private static double bound(ColumnProfile values) {
        var integers = Math.max(Math.abs((double) values.minInteger()), Math.abs((double) values.maxInteger()));
        var reals = Math.max(Math.abs(values.minReal()), Math.abs(values.maxReal()));
        return values.has(Trait.REAL_INFINITE) ? Double.POSITIVE_INFINITY : Math.max(integers, reals);
    }

    private Kind kind(ColumnPlan column) {
        if (column.collation() != null) {
            return Kind.OPAQUE;
        }
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

    /** Whether the target's column will hold NULL. */
    boolean hasNulls(String sourceName) {
        if (quarantine.stream().anyMatch(rule -> rule.kind() == QuarantineRule.Kind.NULLS
                && rule.columns().getFirst().equalsIgnoreCase(sourceName))) {
            return false;
        }
        var column = column(sourceName);
        var values = profile.column(column == null ? sourceName : column.source());
        return values.has(Trait.NULL) || (column != null && column.emptyAsNull() && values.has(Trait.TEXT_EMPTY));
    }

    /** Whether single rows can be named and are small enough to be kept as one value. */
    boolean quarantinable() {
        return named && (source.withoutRowid() || source.rowidAlias() != null || source.rowidName() != null)
                && profile.columns().stream().mapToLong(ColumnProfile::maxBytes)
                        .sum() <= Decisions.WIDEST_QUARANTINED_BYTES;
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
