package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.RowCursor;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Locale;

/** Encoders of the types that need only a few lines each. */
final class PlainEncoders {
    private static final double TWO_TO_63 = 0x1p63;

    private PlainEncoders() {}

    /** {@code smallint}, {@code integer}, {@code bigint}: integers, reals that are integers, and decimal text of either. */
    static final class Integers implements ColumnEncoder {
        private final int width;
        private final long least;
        private final long greatest;
        private final boolean text;
        private final Decimal decimal = new Decimal();
        private final Scratch scratch = new Scratch();

        /**
         * @param width bytes: 2, 4 or 8
         * @param text whether decimal text is read as a number
         */
        Integers(int width, boolean text) {
            this.width = width;
            this.text = text;
            this.least = Long.MIN_VALUE >> (64 - 8 * width);
            this.greatest = ~least;
        }

        @Override
        public void encode(RowCursor row, int column, CopyBuffer out)
                throws UnfitValueException, SQLException, InterruptedException {
            long value = read(row, column);
            if (value < least || value > greatest) {
                throw new UnfitValueException("an integer beyond the " + width + " bytes of the column");
            }
            switch (width) {
                case 2 -> out.field16((int) value);
                case 4 -> out.field32((int) value);
                default -> out.field64(value);
            }
        }

        private long read(RowCursor row, int column) throws UnfitValueException, SQLException {
            return switch (row.type(column)) {
                case RowCursor.INTEGER -> row.integer(column);
                case RowCursor.REAL -> {
                    double value = row.real(column);
                    if (value != Math.rint(value) || value < -TWO_TO_63 || value >= TWO_TO_63) {
                        throw new UnfitValueException("a real that is no integer");
                    }
                    yield (long) value;
                }
                case RowCursor.TEXT -> {
                    if (!text) {
                        throw new UnfitValueException("text where an integer is expected");
                    }
                    int length = scratch.read(row, column, 100);
                    if (!decimal.parse(scratch.bytes(), 0, length) || decimal.neededScale() > 0) {
                        throw new UnfitValueException("text that is no integer");
                    }
                    yield exact();
                }
                default -> throw new UnfitValueException("a blob where an integer is expected");
            };
        }

        private long exact() throws UnfitValueException {
            try {
                long value = 0;
                for (int i = 0; i < decimal.integerDigits(); i++) {
                    value = Math.multiplyExact(value, 10L);
                    value = decimal.negative()
                            ? Math.subtractExact(value, decimal.digit(i))
                            : Math.addExact(value, decimal.digit(i));
                }
                return value;
            } catch (ArithmeticException e) {
                throw new UnfitValueException("an integer beyond 64 bits");
            }
        }
    }

    /** {@code real} and {@code double precision}: bit for bit; integers only where the type holds them exactly. */
    static final class Floats implements ColumnEncoder {
        private final boolean single;

        Floats(boolean single) {
            this.single = single;
        }

        @Override
        public void encode(RowCursor row, int column, CopyBuffer out)
                throws UnfitValueException, SQLException, InterruptedException {
            double value = switch (row.type(column)) {
                case RowCursor.REAL -> row.real(column);
                case RowCursor.INTEGER -> exact(row.integer(column));
                case RowCursor.TEXT -> throw new UnfitValueException("text where a real is expected");
                default -> throw new UnfitValueException("a blob where a real is expected");
            };
            if (single) {
                float narrow = (float) value;
                if (narrow != value) {
                    throw new UnfitValueException("a real with more digits than 4 bytes hold");
                }
                out.field32(Float.floatToRawIntBits(narrow));
            } else {
                out.field64(Double.doubleToRawLongBits(value));
            }
        }

        private static double exact(long value) throws UnfitValueException {
            double real = (double) value;
            if (real >= TWO_TO_63 || (long) real != value) {
                throw new UnfitValueException("an integer that no double holds exactly");
            }
            return real;
        }
    }

    /** {@code boolean}. */
    static final class Booleans implements ColumnEncoder {
        private final boolean text;
        private final Scratch scratch = new Scratch();

        /** @param text whether spellings such as {@code yes} and {@code f} are read */
        Booleans(boolean text) {
            this.text = text;
        }

        @Override
        public void encode(RowCursor row, int column, CopyBuffer out)
                throws UnfitValueException, SQLException, InterruptedException {
            boolean value = switch (row.type(column)) {
                case RowCursor.INTEGER -> number((double) row.integer(column));
                case RowCursor.REAL -> number(row.real(column));
                case RowCursor.TEXT -> {
                    if (!text) {
                        throw new UnfitValueException("text where a boolean is expected");
                    }
                    int length = scratch.read(row, column, 100);
                    yield spelling(new String(scratch.bytes(), 0, length, StandardCharsets.ISO_8859_1));
                }
                default -> throw new UnfitValueException("a blob where a boolean is expected");
            };
            out.int32(1);
            out.int8(value ? 1 : 0);
        }

        private static boolean number(double value) throws UnfitValueException {
            if (value == 0) {
                return false;
            }
            if (value == 1) {
                return true;
            }
            throw new UnfitValueException("a number other than 0 and 1 where a boolean is expected");
        }

        private static boolean spelling(String value) throws UnfitValueException {
            return switch (value.strip().toLowerCase(Locale.ROOT)) {
                case "1", "t", "true", "y", "yes", "on" -> true;
                case "0", "f", "false", "n", "no", "off" -> false;
                default -> throw new UnfitValueException("text that spells no boolean");
            };
        }
    }

    /** {@code bytea}: blobs, and text as its UTF-8 bytes where the plan says so. */
    static final class Bytes implements ColumnEncoder {
        private final boolean everything;

        /** @param everything whether text and numbers are taken too */
        Bytes(boolean everything) {
            this.everything = everything;
        }

        @Override
        public void encode(RowCursor row, int column, CopyBuffer out)
                throws UnfitValueException, SQLException, InterruptedException {
            int type = row.type(column);
            if (type != RowCursor.BLOB && !everything) {
                throw new UnfitValueException(
                        (type == RowCursor.TEXT ? "text" : "a number") + " where a blob is expected");
            }
            switch (type) {
                case RowCursor.INTEGER -> ascii(Long.toString(row.integer(column)), out);
                case RowCursor.REAL -> ascii(NumberText.of(row.real(column)), out);
                default -> {
                    int length = row.length(column);
                    out.int32(length);
                    out.value(row, column, length);
                }
            }
        }

        private static void ascii(String text, CopyBuffer out) throws InterruptedException {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            out.int32(bytes.length);
            out.bytes(bytes, 0, bytes.length);
        }
    }

    /** {@code uuid}: 32 hex digits with or without dashes and braces, or 16 bytes. */
    static final class Uuids implements ColumnEncoder {
        private final Scratch scratch = new Scratch();

        @Override
        public void encode(RowCursor row, int column, CopyBuffer out)
                throws UnfitValueException, SQLException, InterruptedException {
            int type = row.type(column);
            if (type != RowCursor.TEXT && type != RowCursor.BLOB) {
                throw new UnfitValueException("a number where a UUID is expected");
            }
            int length = scratch.read(row, column, 100);
            out.int32(16);
            if (type == RowCursor.BLOB && length == 16) {
                out.bytes(scratch.bytes(), 0, 16);
                return;
            }
            int digits = 0;
            int high = 0;
            for (int i = 0; i < length; i++) {
                byte c = scratch.bytes()[i];
                int digit = Character.digit(c, 16);
                if (digit >= 0 && digits < 32) {
                    if ((digits++ & 1) == 0) {
                        high = digit;
                    } else {
                        out.int8(high << 4 | digit);
                    }
                } else if (c != '-' && !(c == '{' && i == 0) && !(c == '}' && i == length - 1)) {
                    throw new UnfitValueException("a value that is no UUID");
                }
            }
            if (digits != 32) {
                throw new UnfitValueException("a value that is no UUID");
            }
        }
    }
}
