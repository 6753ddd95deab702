package dev.ferryman.verify.internal;

import dev.ferryman.schema.PgType;
import dev.ferryman.schema.SqlNames;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One column of a key as the target has it: the source's value goes through the same form that compares it, and comes out
 * as text that the target's type reads.
 */
final class TargetKey {
    /** Years that need no sign and no era in PostgreSQL's text. */
    private static final long LEAST_MICROS = LocalDate.of(1, 1, 1).toEpochDay() * IsoMoment.DAY;
    private static final long BELOW_MICROS = LocalDate.of(10_000, 1, 1).toEpochDay() * IsoMoment.DAY;

    private final ComparedColumn column;
    private final ValueForm form;
    private final String type;
    private final Canonical canonical = new Canonical();

    /** @throws NotByKeyException if the target's type cannot be asked for values of the source */
    TargetKey(ComparedColumn column, TargetSpelling spelling) throws NotByKeyException {
        this.column = column;
        this.form = column.form(spelling);
        this.type = switch (column.target().base()) {
            case BOOLEAN -> "boolean";
            case INT2, INT4, INT8 -> "bigint";
            case FLOAT8 -> "double precision";
            case NUMERIC -> "numeric";
            case TEXT, VARCHAR, CITEXT, ENUM -> "text";
            case CHAR -> "bpchar";
            case BYTEA -> "bytea";
            case DATE -> "date";
            case TIME -> "time";
            case TIMESTAMP -> "timestamp";
            case TIMESTAMPTZ -> "timestamptz";
            case UUID -> "uuid";
            case FLOAT4, JSON, JSONB, TEXT_ARRAY, DOMAIN, OTHER -> throw new NotByKeyException("its key column "
                    + column.plan().source() + " is of type " + column.target().typeName());
        };
    }

    /** Type of the values, as SQL. */
    String type() {
        return type;
    }

    /** The condition that a row of the target, called {@code t}, has a value of the given name. */
    String match(String given) {
        String name = "t." + SqlNames.quote(column.target().name());
        // Whatever a collation or citext holds for equal, keys are the same byte for byte.
        String exact = name + "::text COLLATE \"C\" = " + given;
        return switch (column.target().base()) {
            case TEXT, VARCHAR -> name + " = " + given + " AND " + exact;
            case CITEXT, ENUM -> exact;
            case BOOLEAN, INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, CHAR, BYTEA, DATE, TIME, TIMESTAMP, TIMESTAMPTZ,
                    UUID, JSON, JSONB, TEXT_ARRAY, DOMAIN, OTHER ->
                name + " = " + given;
        };
    }

    /**
     * The value's text; null where the target cannot hold the value, and so has no row with it.
     *
     * @param at column of the row
     * @throws NotByKeyException if equal values of the source may be several in the target
     */
    @Nullable
    String of(SnapshotRows row, int at) throws NotByKeyException {
        canonical.clear();
        form.source(row, at, canonical);
        if (canonical.whyUnreadable() != null) {
            return null;
        }
        PgType.Base base = column.target().base();
        return switch (base) {
            case BOOLEAN -> canonical.onlyNumber() == 0 ? "f" : "t";
            case INT2, INT4, INT8 -> Long.toString(canonical.onlyNumber());
            case FLOAT8 -> Double.toString(Double.longBitsToDouble(canonical.onlyNumber()));
            case NUMERIC -> switch (row.type(at)) {
                case SnapshotRows.INTEGER -> Long.toString(row.integer(at));
                case SnapshotRows.REAL -> Double.toString(row.real(at));
                default -> text(row.bytes(at));
            };
            case TEXT, VARCHAR, CHAR, CITEXT, ENUM -> {
                requireNoNumber(row, at);
                yield text(canonical.onlyBytes());
            }
            case BYTEA -> {
                requireNoNumber(row, at);
                yield "\\x" + HexFormat.of().formatHex(canonical.onlyBytes());
            }
            case UUID -> HexFormat.of().formatHex(canonical.onlyBytes());
            case DATE -> moment(canonical.onlyNumber()).toLocalDate().toString();
            case TIME -> canonical.onlyNumber() == IsoMoment.DAY
                    ? "24:00:00"
                    : LocalTime.ofNanoOfDay(canonical.onlyNumber() * 1000).toString();
            case TIMESTAMP -> moment(canonical.onlyNumber()).toString();
            case TIMESTAMPTZ -> moment(canonical.onlyNumber()) + "+00";
            case FLOAT4, JSON, JSONB, TEXT_ARRAY, DOMAIN, OTHER -> throw new IllegalStateException(base.toString());
        };
    }

    /** 1 and 1.0 are one key of the source, and two texts. */
    private void requireNoNumber(SnapshotRows row, int at) throws NotByKeyException {
        if (row.type(at) == SnapshotRows.INTEGER || row.type(at) == SnapshotRows.REAL) {
            throw new NotByKeyException("its key column " + column.plan().source() + " holds numbers that became text");
        }
    }

    private static @Nullable String text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.indexOf('\0') < 0 ? text : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private LocalDateTime moment(long micros) throws NotByKeyException {
        if (micros < LEAST_MICROS || micros >= BELOW_MICROS) {
            throw new NotByKeyException(
                    "its key column " + column.plan().source() + " holds a moment before year 1 or after 9999");
        }
        return LocalDateTime.ofEpochSecond(Math.floorDiv(micros, 1_000_000L),
                (int) Math.floorMod(micros, 1_000_000L) * 1000, ZoneOffset.UTC);
    }
}
