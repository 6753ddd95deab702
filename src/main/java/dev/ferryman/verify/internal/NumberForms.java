package dev.ferryman.verify.internal;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Integers, reals, decimals and booleans. */
final class NumberForms {
    private static final double TWO_TO_63 = 0x1p63;

    private NumberForms() {}

    /** {@code smallint}, {@code integer}, {@code bigint}: integers, reals and decimal text that are whole numbers. */
    static final class Integers extends ValueForm {
        private final boolean text;
        private final DecimalValue decimal = new DecimalValue();

        /** @param text whether decimal text is read */
        Integers(boolean text) {
            this.text = text;
        }

        @Override
        void source(SnapshotRows row, int column, Canonical out) {
            switch (row.type(column)) {
                case SnapshotRows.INTEGER -> out.number(row.integer(column));
                case SnapshotRows.REAL -> {
                    double value = row.real(column);
                    if (Math.rint(value) == value && value >= -TWO_TO_63 && value < TWO_TO_63) {
                        out.number((long) value);
                    } else {
                        out.unreadable("no whole number");
                    }
                }
                case SnapshotRows.TEXT -> {
                    if (text && decimal.parse(row.buffer(), row.offset(column), row.length(column))
                            && decimal.fitsLong()) {
                        out.number(decimal.toLong());
                    } else {
                        out.unreadable("text, no integer");
                    }
                }
                default -> out.unreadable("a blob, no integer");
            }
        }

        @Override
        void target(byte[] buffer, int offset, int length, Canonical out) {
            out.number(read(buffer, offset, length));
        }

        static long read(byte[] buffer, int offset, int length) {
            return switch (length) {
                case 8 -> TargetRows.int64(buffer, offset);
                case 4 -> TargetRows.int32(buffer, offset);
                default -> TargetRows.int16(buffer, offset);
            };
        }

        @Override
        boolean same(SnapshotRows row, int column, byte[] buffer, int offset, int length, Canonical left,
                Canonical right) {
            return row.type(column) == SnapshotRows.INTEGER
                    ? row.integer(column) == read(buffer, offset, length)
                    : super.same(row, column, buffer, offset, length, left, right);
        }

        @Override
        String show(byte[] buffer, int offset, int length) {
            return Long.toString(read(buffer, offset, length));
        }
    }

    /**
     * {@code real} and {@code double precision}, bit for bit: 0.0 and -0.0 differ. SQLite knows no NaN (it stores NULL)
     * and gives -0.0 back as 0.0 from a REAL column, which it stores as the integer 0.
     */
    static final class Reals extends ValueForm {
        @Override
        void source(SnapshotRows row, int column, Canonical out) {
            switch (row.type(column)) {
                case SnapshotRows.REAL -> out.number(Double.doubleToLongBits(row.real(column)));
                case SnapshotRows.INTEGER -> {
                    long value = row.integer(column);
                    double real = (double) value;
                    if (real < TWO_TO_63 && (long) real == value) {
                        out.number(Double.doubleToLongBits(real));
                    } else {
                        out.unreadable("an integer that no double holds exactly");
                    }
                }
                case SnapshotRows.TEXT -> out.unreadable("text, no real");
                default -> out.unreadable("a blob, no real");
            }
        }

        @Override
        void target(byte[] buffer, int offset, int length, Canonical out) {
            out.number(Double.doubleToLongBits(read(buffer, offset, length)));
        }

        private static double read(byte[] buffer, int offset, int length) {
            return length == 8
                    ? Double.longBitsToDouble(TargetRows.int64(buffer, offset))
                    : Float.intBitsToFloat(TargetRows.int32(buffer, offset));
        }

        @Override
        boolean same(SnapshotRows row, int column, byte[] buffer, int offset, int length, Canonical left,
                Canonical right) {
            return row.type(column) == SnapshotRows.REAL && length == 8
                    ? Double.doubleToRawLongBits(row.real(column)) == TargetRows.int64(buffer, offset)
                    : super.same(row, column, buffer, offset, length, left, right);
        }

        @Override
        String show(byte[] buffer, int offset, int length) {
            return length == 8
                    ? Double.toString(read(buffer, offset, length))
                    : Float.toString((float) read(buffer, offset, length));
        }
    }

    /** {@code numeric}: integers, the shortest decimal of a real, decimal text; digit for digit. */
    static final class Decimals extends ValueForm {
        private final DecimalValue decimal = new DecimalValue();

        @Override
        void source(SnapshotRows row, int column, Canonical out) {
            switch (row.type(column)) {
                case SnapshotRows.INTEGER -> decimal.set(row.integer(column));
                case SnapshotRows.REAL -> decimal.set(row.real(column));
                case SnapshotRows.TEXT -> {
                    if (!decimal.parse(row.buffer(), row.offset(column), row.length(column))) {
                        out.unreadable("text, no decimal number");
                        return;
                    }
                }
                default -> {
                    out.unreadable("a blob, no decimal number");
                    return;
                }
            }
            decimal.write(out);
        }

        @Override
        void target(byte[] buffer, int offset, int length, Canonical out) {
            decimal.setNumeric(buffer, offset);
            decimal.write(out);
        }

        @Override
        String show(byte[] buffer, int offset, int length) {
            decimal.setNumeric(buffer, offset);
            return decimal.show(DecimalValue.displayScale(buffer, offset));
        }
    }

    /** {@code boolean}: 0 and 1, and the spellings of both in any case. */
    static final class Booleans extends ValueForm {
        @Override
        void source(SnapshotRows row, int column, Canonical out) {
            long value = switch (row.type(column)) {
                case SnapshotRows.INTEGER -> row.integer(column);
                case SnapshotRows.REAL -> row.real(column) == 0 ? 0 : row.real(column) == 1 ? 1 : -1;
                case SnapshotRows.TEXT -> spelling(row.bytes(column));
                default -> -1;
            };
            if (value == 0 || value == 1) {
                out.number(value);
            } else {
                out.unreadable("no boolean");
            }
        }

        private static int spelling(byte[] text) {
            return switch (new String(text, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT)) {
                case "0", "f", "false", "n", "no", "off" -> 0;
                case "1", "t", "true", "y", "yes", "on" -> 1;
                default -> -1;
            };
        }

        @Override
        void target(byte[] buffer, int offset, int length, Canonical out) {
            out.number(buffer[offset]);
        }

        @Override
        boolean same(SnapshotRows row, int column, byte[] buffer, int offset, int length, Canonical left,
                Canonical right) {
            return row.type(column) == SnapshotRows.INTEGER
                    ? row.integer(column) == buffer[offset]
                    : super.same(row, column, buffer, offset, length, left, right);
        }

        @Override
        String show(byte[] buffer, int offset, int length) {
            return buffer[offset] == 0 ? "false" : "true";
        }
    }
}
