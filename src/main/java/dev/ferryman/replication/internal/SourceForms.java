package dev.ferryman.replication.internal;

import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The forms in which values of every type and conversion go back. What comes out is read back before it is committed, so a
 * form need not prove that SQLite's affinities leave it alone.
 */
final class SourceForms {
    private static final List<List<String>> BOOLEANS = List.of(List.of("1", "0"), List.of("t", "f"),
            List.of("true", "false"), List.of("yes", "no"), List.of("y", "n"), List.of("on", "off"));
    private static final int UUID_BYTES = 16;

    private SourceForms() {}

    static SourceForm of(ReplicatedColumn column, ColumnHabit habit) {
        Conversion conversion = column.plan().conversion();
        PgType type = column.type();
        return switch (type.base()) {
            case BOOLEAN -> booleans(habit);
            case INT2, INT4, INT8 -> habit.text() ? text -> text : Long::valueOf;
            case FLOAT4, FLOAT8 -> SourceForms::real;
            case NUMERIC -> habit.text() ? SourceForms::decimalText : SourceForms::number;
            case TEXT, VARCHAR, CHAR, CITEXT, ENUM, JSON, JSONB, DOMAIN, OTHER -> texts(conversion, habit);
            case TEXT_ARRAY -> habit.blob() ? SourceForms::utf8 : text -> text;
            case BYTEA -> conversion == Conversion.AS_BYTES ? anyBytes(habit) : SourceForms::bytes;
            case UUID -> uuids(habit);
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> SourceMoment.of(type, conversion, habit);
        };
    }

    /** SQL of PostgreSQL that gives the text a form takes. */
    static String outputSql(ReplicatedColumn column, String value) {
        return column.type().base() == PgType.Base.TEXT_ARRAY ? "array_to_json(" + value + ")::text" : value + "::text";
    }

    private static SourceForm booleans(ColumnHabit habit) {
        if (!habit.text()) {
            return text -> text.startsWith("t") ? 1L : 0L;
        }
        String written = habit.texts().getFirst().strip();
        List<String> pair = BOOLEANS.stream().filter(words -> words.contains(written.toLowerCase(Locale.ROOT)))
                .findFirst().orElse(BOOLEANS.getFirst());
        return text -> cased(pair.get(text.startsWith("t") ? 0 : 1), written);
    }

    private static String cased(String word, String like) {
        if (like.equals(like.toLowerCase(Locale.ROOT))) {
            return word;
        }
        return like.length() > 1 && Character.isLowerCase(like.charAt(1))
                ? word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1)
                : word.toUpperCase(Locale.ROOT);
    }

    private static Object real(String text) throws UnfitValueException {
        double value = Double.parseDouble(text);
        if (Double.isNaN(value)) {
            throw new UnfitValueException("NaN, which SQLite turns into NULL");
        }
        return value;
    }

    private static Object decimalText(String text) throws UnfitValueException {
        if (text.equals("NaN") || text.endsWith("Infinity")) {
            throw new UnfitValueException("the number " + text + ", which the column's decimal text has no form for");
        }
        return text;
    }

    private static Object number(String text) throws UnfitValueException {
        if (text.equals("NaN")) {
            throw new UnfitValueException("NaN, which SQLite turns into NULL");
        }
        if (text.endsWith("Infinity")) {
            return Double.parseDouble(text);
        }
        BigDecimal value = new BigDecimal(text);
        try {
            return value.longValueExact();
        } catch (ArithmeticException e) {
            double real = value.doubleValue();
            return Double.isFinite(real) && new BigDecimal(Double.toString(real)).compareTo(value) == 0
                    ? (Object) real
                    : text;
        }
    }

    private static SourceForm texts(Conversion conversion, ColumnHabit habit) {
        boolean anything = conversion == Conversion.AS_TEXT || conversion == Conversion.DECIMAL
                || conversion == Conversion.JSON;
        if (habit.blob() && conversion != Conversion.DIRECT) {
            return SourceForms::utf8;
        }
        return anything && habit.numbers() ? text -> numberWritten(text).orElse(text) : text -> text;
    }

    /** The number whose text this is; empty where it is the text of none. */
    private static Optional<Object> numberWritten(String text) {
        try {
            long whole = Long.parseLong(text);
            return Long.toString(whole).equals(text) ? Optional.of(whole) : Optional.empty();
        } catch (NumberFormatException noInteger) {
            try {
                double real = Double.parseDouble(text);
                return RealText.of(real).equals(text) ? Optional.of(real) : Optional.empty();
            } catch (NumberFormatException noReal) {
                return Optional.empty();
            }
        }
    }

    private static Object utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Object bytes(String hex) {
        return HexFormat.of().parseHex(hex, 2, hex.length());
    }

    private static SourceForm anyBytes(ColumnHabit habit) {
        return hex -> {
            byte[] bytes = (byte[]) bytes(hex);
            if (!habit.text()) {
                return bytes;
            }
            String text = new String(bytes, StandardCharsets.UTF_8);
            return java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes) ? text : bytes;
        };
    }

    private static SourceForm uuids(ColumnHabit habit) {
        if (habit.blob()) {
            return text -> HexFormat.of().parseHex(text.replace("-", ""), 0, 2 * UUID_BYTES);
        }
        String like = habit.texts().isEmpty() ? "" : habit.texts().getFirst();
        boolean upper = !like.equals(like.toLowerCase(Locale.ROOT));
        boolean dashes = like.isEmpty() || like.contains("-");
        boolean braces = like.startsWith("{");
        return text -> {
            String written = UUID.fromString(text).toString();
            written = dashes ? written : written.replace("-", "");
            written = upper ? written.toUpperCase(Locale.ROOT) : written;
            return braces ? "{" + written + "}" : written;
        };
    }
}
