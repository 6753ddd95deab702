package dev.ferryman.replication.internal;

import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The forms of every type and conversion that a plan can name. */
final class TargetForms {
    private static final double TWO_TO_63 = 0x1p63;
    private static final int SHORT_VALUE = 100;
    private static final int LONGEST_DECIMAL = 200_000;
    private static final int MOST_FRACTION_DIGITS = 16_383;
    private static final int MOST_INTEGER_DIGITS = 131_072;
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,9})?");
    private static final Pattern UUID_TEXT = Pattern.compile("\\{?-*([0-9a-fA-F]-*){32}}?");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TargetForms() {}

    /**
     * The form of a column.
     *
     * @param type the target's type, domains looked through; {@code OTHER} where PostgreSQL itself reads the text
     */
    static TargetForm of(PgType type, Conversion conversion) {
        return switch (type.base()) {
            case BOOLEAN -> booleans(conversion == Conversion.BOOLEAN || conversion == Conversion.AS_TEXT);
            case INT2 -> integers(2, conversion == Conversion.DECIMAL);
            case INT4 -> integers(4, conversion == Conversion.DECIMAL);
            case INT8 -> integers(8, conversion == Conversion.DECIMAL);
            case FLOAT4 -> floats(true);
            case FLOAT8 -> floats(false);
            case NUMERIC -> numerics(type);
            case TEXT, VARCHAR, CHAR, CITEXT, ENUM, JSON, JSONB -> texts(type, conversion);
            case DOMAIN, OTHER -> texts(PgType.of(PgType.Base.TEXT), Conversion.AS_TEXT);
            case BYTEA -> bytes(conversion == Conversion.AS_BYTES);
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> new MomentForm(type, conversion);
            case UUID -> TargetForms::uuid;
            case TEXT_ARRAY -> TargetForms::textArray;
        };
    }

    private static TargetForm integers(int width, boolean text) {
        long least = Long.MIN_VALUE >> (64 - 8 * width);
        long greatest = ~least;
        return (row, column, out) -> {
            long value = switch (row.type(column)) {
                case SqliteRows.INTEGER -> row.integer(column);
                case SqliteRows.REAL -> {
                    double real = row.real(column);
                    if (real != Math.rint(real) || real < -TWO_TO_63 || real >= TWO_TO_63) {
                        throw new UnfitValueException("a real that is no integer");
                    }
                    yield (long) real;
                }
                case SqliteRows.TEXT -> {
                    if (!text) {
                        throw new UnfitValueException("text where an integer is expected");
                    }
                    try {
                        yield decimal(row.bytes(column), SHORT_VALUE).longValueExact();
                    } catch (ArithmeticException e) {
                        throw new UnfitValueException("text that is no 64-bit integer");
                    }
                }
                default -> throw new UnfitValueException("a blob where an integer is expected");
            };
            if (value < least || value > greatest) {
                throw new UnfitValueException("an integer beyond the " + width + " bytes of the column");
            }
            out.plain(Long.toString(value));
        };
    }

    private static TargetForm floats(boolean single) {
        return (row, column, out) -> {
            double value = switch (row.type(column)) {
                case SqliteRows.REAL -> row.real(column);
                case SqliteRows.INTEGER -> {
                    long whole = row.integer(column);
                    double real = (double) whole;
                    if (real >= TWO_TO_63 || (long) real != whole) {
                        throw new UnfitValueException("an integer that no double holds exactly");
                    }
                    yield real;
                }
                case SqliteRows.TEXT -> throw new UnfitValueException("text where a real is expected");
                default -> throw new UnfitValueException("a blob where a real is expected");
            };
            if (single && (float) value != value) {
                throw new UnfitValueException("a real with more digits than 4 bytes hold");
            }
            out.plain(single ? Float.toString((float) value) : Double.toString(value));
        };
    }

    private static TargetForm numerics(PgType type) {
        Integer precision = type.length();
        int typeScale = type.scale() == null ? 0 : type.scale();
        return (row, column, out) -> {
            @org.jspecify.annotations.Nullable
            BigDecimal value = switch (row.type(column)) {
                case SqliteRows.INTEGER -> BigDecimal.valueOf(row.integer(column));
                case SqliteRows.REAL -> {
                    double real = row.real(column);
                    if (Double.isInfinite(real)) {
                        if (precision != null) {
                            throw new UnfitValueException(
                                    "an infinite real, which numeric with a precision cannot hold");
                        }
                        out.plain(real > 0 ? "Infinity" : "-Infinity");
                        yield null;
                    }
                    BigDecimal exact = new BigDecimal(Double.toString(real)).stripTrailingZeros();
                    yield exact.scale() < 0 ? exact.setScale(0) : exact;
                }
                case SqliteRows.TEXT -> decimal(row.bytes(column), LONGEST_DECIMAL);
                default -> throw new UnfitValueException("a blob where a number is expected");
            };
            if (value == null) {
                return;
            }
            if (precision != null && value.signum() != 0) {
                BigDecimal stripped = value.stripTrailingZeros();
                if (stripped.scale() > typeScale) {
                    throw new UnfitValueException("a number with more decimals than the column holds");
                }
                if (Math.max(0, stripped.precision() - stripped.scale()) > precision - typeScale) {
                    throw new UnfitValueException("a number with more digits before the point than the column holds");
                }
            }
            out.plain(value.toPlainString());
        };
    }

    /** A decimal text with as many decimals as it is written with. */
    static BigDecimal decimal(byte[] bytes, int longest) throws UnfitValueException {
        if (bytes.length > longest) {
            throw new UnfitValueException("a value of " + bytes.length + " bytes, far more than the type can hold");
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!DECIMAL.matcher(text).matches()) {
            throw new UnfitValueException("text that is no decimal number");
        }
        BigDecimal value = new BigDecimal(text);
        if (value.signum() == 0) {
            return BigDecimal.ZERO.setScale(Math.clamp(value.scale(), 0, MOST_FRACTION_DIGITS));
        }
        if (value.scale() > MOST_FRACTION_DIGITS
                || (long) value.precision() - value.scale() > MOST_INTEGER_DIGITS) {
            throw new UnfitValueException("a number with more digits than numeric has room for");
        }
        return value.scale() < 0 ? value.setScale(0) : value;
    }

    private static TargetForm booleans(boolean text) {
        return (row, column, out) -> {
            boolean value = switch (row.type(column)) {
                case SqliteRows.INTEGER -> bit((double) row.integer(column));
                case SqliteRows.REAL -> bit(row.real(column));
                case SqliteRows.TEXT -> {
                    byte[] bytes = row.bytes(column);
                    if (!text || bytes.length > SHORT_VALUE) {
                        throw new UnfitValueException("text where a boolean is expected");
                    }
                    yield spelling(new String(bytes, StandardCharsets.ISO_8859_1));
                }
                default -> throw new UnfitValueException("a blob where a boolean is expected");
            };
            out.plain(value ? "t" : "f");
        };
    }

    private static boolean bit(double value) throws UnfitValueException {
        if (value != 0 && value != 1) {
            throw new UnfitValueException("a number other than 0 and 1 where a boolean is expected");
        }
        return value == 1;
    }

    private static boolean spelling(String value) throws UnfitValueException {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "1", "t", "true", "y", "yes", "on" -> true;
            case "0", "f", "false", "n", "no", "off" -> false;
            default -> throw new UnfitValueException("text that spells no boolean");
        };
    }

    private static TargetForm bytes(boolean everything) {
        return (row, column, out) -> {
            int type = row.type(column);
            if (type != SqliteRows.BLOB && !everything) {
                throw new UnfitValueException(
                        (type == SqliteRows.TEXT ? "text" : "a number") + " where a blob is expected");
            }
            out.hex(switch (type) {
                case SqliteRows.INTEGER -> Long.toString(row.integer(column)).getBytes(StandardCharsets.US_ASCII);
                case SqliteRows.REAL -> RealText.of(row.real(column)).getBytes(StandardCharsets.US_ASCII);
                default -> row.bytes(column);
            });
        };
    }

    private static TargetForm texts(PgType type, Conversion conversion) {
        boolean json = type.base() == PgType.Base.JSON || type.base() == PgType.Base.JSONB;
        boolean blobs = conversion == Conversion.AS_TEXT;
        boolean numbers = json || blobs || conversion == Conversion.DECIMAL;
        Integer longest = type.base() == PgType.Base.VARCHAR || type.base() == PgType.Base.CHAR ? type.length() : null;
        return (row, column, out) -> {
            int stored = row.type(column);
            byte[] bytes = switch (stored) {
                case SqliteRows.INTEGER -> Long.toString(row.integer(column)).getBytes(StandardCharsets.US_ASCII);
                case SqliteRows.REAL -> {
                    double real = row.real(column);
                    if (json && Double.isInfinite(real)) {
                        throw new UnfitValueException("an infinite real, which JSON does not know");
                    }
                    yield RealText.of(real).getBytes(StandardCharsets.US_ASCII);
                }
                default -> row.bytes(column);
            };
            boolean taken = switch (stored) {
                case SqliteRows.TEXT -> true;
                case SqliteRows.BLOB -> blobs;
                default -> numbers;
            };
            if (!taken) {
                throw new UnfitValueException(
                        (stored == SqliteRows.BLOB ? "a blob" : "a number") + " where text is expected");
            }
            if (longest != null && bytes.length > longest && characters(bytes) > longest) {
                throw new UnfitValueException("text of more than the " + longest + " characters the column holds");
            }
            out.text(bytes);
        };
    }

    private static int characters(byte[] utf8) {
        int characters = 0;
        for (byte b : utf8) {
            if ((b & 0xC0) != 0x80) {
                characters++;
            }
        }
        return characters;
    }

    private static void uuid(SqliteRows row, int column, CopyLine out)
            throws UnfitValueException, java.sql.SQLException {
        int type = row.type(column);
        if (type != SqliteRows.TEXT && type != SqliteRows.BLOB) {
            throw new UnfitValueException("a number where a UUID is expected");
        }
        byte[] bytes = row.bytes(column);
        if (type == SqliteRows.BLOB && bytes.length == 16) {
            out.plain(java.util.HexFormat.of().formatHex(bytes));
            return;
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (bytes.length > SHORT_VALUE || !UUID_TEXT.matcher(text).matches()) {
            throw new UnfitValueException("a value that is no UUID");
        }
        out.plain(text.replaceAll("[{}-]", ""));
    }

    private static void textArray(SqliteRows row, int column, CopyLine out)
            throws UnfitValueException, java.sql.SQLException {
        int type = row.type(column);
        if (type != SqliteRows.TEXT && type != SqliteRows.BLOB) {
            throw new UnfitValueException("a number where a JSON array of strings is expected");
        }
        JsonNode elements;
        try {
            elements = JSON.readTree(row.bytes(column));
        } catch (JacksonException e) {
            // The parser's message would quote the value.
            throw new UnfitValueException("text that is no JSON array");
        }
        if (!elements.isArray()) {
            throw new UnfitValueException("text that is no JSON array");
        }
        var literal = new StringBuilder("{");
        for (JsonNode element : elements) {
            if (literal.length() > 1) {
                literal.append(',');
            }
            if (element.isNull()) {
                literal.append("NULL");
            } else if (element.isString()) {
                literal.append('"').append(element.stringValue().replace("\\", "\\\\").replace("\"", "\\\""))
                        .append('"');
            } else {
                throw new UnfitValueException("a JSON array with elements other than strings");
            }
        }
        out.text(literal.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }
}
