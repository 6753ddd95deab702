package dev.ferryman.verify.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Text, bytes and UUIDs. */
final class TextForms {
    private TextForms() {}

    /** A number's text: an integer's digits, a real's {@link RealText}. */
    static byte[] numberText(SnapshotRows row, int column) {
        String text = row.type(column) == SnapshotRows.INTEGER
                ? Long.toString(row.integer(column))
                : RealText.of(row.real(column));
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * {@code text}, {@code varchar}, {@code citext}, enums and {@code json}: byte for byte, whatever a collation holds
     * for equal.
     */
    static final class Texts extends ValueForm {
        private final boolean numbers;
        private final boolean blobs;

        /**
         * @param numbers whether numbers are read as their text
         * @param blobs whether blobs are read as text
         */
        Texts(boolean numbers, boolean blobs) {
            this.numbers = numbers;
            this.blobs = blobs;
        }

        @Override
        void source(SnapshotRows row, int column, Canonical out) {
            switch (row.type(column)) {
                case SnapshotRows.TEXT -> out.bytes(row.buffer(), row.offset(column), row.length(column));
                case SnapshotRows.BLOB -> {
                    if (blobs) {
                        out.bytes(row.buffer(), row.offset(column), row.length(column));
                    } else {
                        out.unreadable("a blob, no text");
                    }
                }
                default -> {
                    if (numbers) {
                        byte[] text = numberText(row, column);
                        out.bytes(text, 0, text.length);
                    } else {
                        out.unreadable("a number, no text");
                    }
                }
            }
        }

        @Override
        void target(byte[] buffer, int offset, int length, Canonical out) {
            out.bytes(buffer, offset, length);
        }

        @Override
        boolean same(SnapshotRows row, int column, byte[] buffer, int offset, int length, Canonical left,
                Canonical right) {
            if (row.type(column) == SnapshotRows.TEXT) {
                return row.equals(column, buffer, offset, length);
            }
            return super.same(row, column, buffer, offset, length, left, right);
        }

        @Override
        String show(byte[] buffer, int offset, int length) {
            return Shown.text(buffer, offset, length);
        }
    }

    /** {@code char(n)}: spaces at the end mean nothing. */
    static final class Padded extends ValueForm {
        private final boolean numbers;

        /** @param numbers whether numbers are read as their text */
        Padded(boolean numbers) {
            this.numbers = numbers;
        }

        @Override
        void source(SnapshotRows row, int column, Canonical out) {
            switch (row.type(column)) {
                case SnapshotRows.TEXT -> trimmed(row.buffer(), row.offset(column), row.length(column), out);
                case SnapshotRows.BLOB -> out.unreadable("a blob, no text");
                default -> {
                    if (numbers) {
                        byte[] text = numberText(row, column);
                        trimmed(text, 0, text.length, out);
                    } else {
                        out.unreadable("a number, no text");
                    }
                }
            }
        }

        @Override
        void target(byte[] buffer, int offset, int length, Canonical out) {
            trimmed(buffer, offset, length, out);
        }

        private static void trimmed(byte[] buffer, int offset, int length, Canonical out) {
            int kept = length;
            while (kept > 0 && buffer[offset + kept - 1] == ' ') {
                kept--;
            }
            out.bytes(buffer, offset, kept);
        }

        @Override
        String show(byte[] buffer, int offset, int length) {
            return Shown.text(buffer, offset, length);
        }
    }

    /** {@code bytea}: blobs byte for byte; text as its UTF-8 bytes and numbers as their text where the plan says so. */
    static final class Bytes extends ValueForm {
        private final boolean everything;

        /** @param everything whether text and numbers are read too */
        Bytes(boolean everything) {
            this.everything = everything;
        }

        @Override
        void source(SnapshotRows row, int column, Canonical out) {
            int type = row.type(column);
            if (type != SnapshotRows.BLOB && !everything) {
                out.unreadable(type == SnapshotRows.TEXT ? "text, no blob" : "a number, no blob");
                return;
            }
            if (type == SnapshotRows.BLOB || type == SnapshotRows.TEXT) {
                out.bytes(row.buffer(), row.offset(column), row.length(column));
                return;
            }
            byte[] text = numberText(row, column);
            out.bytes(text, 0, text.length);
        }

        @Override
        void target(byte[] buffer, int offset, int length, Canonical out) {
            out.bytes(buffer, offset, length);
        }

        @Override
        boolean same(SnapshotRows row, int column, byte[] buffer, int offset, int length, Canonical left,
                Canonical right) {
            if (row.type(column) == SnapshotRows.BLOB) {
                return row.equals(column, buffer, offset, length);
            }
            return super.same(row, column, buffer, offset, length, left, right);
        }

        @Override
        String show(byte[] buffer, int offset, int length) {
            return Shown.bytes(buffer, offset, length);
        }
    }

    /** {@code uuid}: 32 hexadecimal digits in any case, with or without dashes, braces or {@code urn:uuid:}; 16 bytes. */
    static final class Uuids extends ValueForm {
        private static final byte[] URN = "urn:uuid:".getBytes(StandardCharsets.US_ASCII);
        private final byte[] uuid = new byte[16];

        @Override
        void source(SnapshotRows row, int column, Canonical out) {
            int type = row.type(column);
            if (type == SnapshotRows.BLOB && row.length(column) == 16) {
                out.bytes(row.buffer(), row.offset(column), 16);
            } else if ((type == SnapshotRows.TEXT || type == SnapshotRows.BLOB) && parse(row.bytes(column))) {
                out.bytes(uuid, 0, 16);
            } else {
                out.unreadable("no UUID");
            }
        }

        private boolean parse(byte[] text) {
            int at = 0;
            int end = text.length;
            if (end > URN.length && Arrays.equals(text, 0, URN.length, URN, 0, URN.length)) {
                at = URN.length;
            }
            if (end - at >= 2 && text[at] == '{' && text[end - 1] == '}') {
                at++;
                end--;
            }
            int digits = 0;
            for (; at < end; at++) {
                if (text[at] == '-') {
                    continue;
                }
                if (!HexFormat.isHexDigit(text[at]) || digits == 32) {
                    return false;
                }
                int digit = HexFormat.fromHexDigit(text[at]);
                uuid[digits / 2] = (byte) (digits % 2 == 0 ? digit << 4 : uuid[digits / 2] | digit);
                digits++;
            }
            return digits == 32;
        }

        @Override
        void target(byte[] buffer, int offset, int length, Canonical out) {
            out.bytes(buffer, offset, length);
        }

        @Override
        String show(byte[] buffer, int offset, int length) {
            return new java.util.UUID(TargetRows.int64(buffer, offset), TargetRows.int64(buffer, offset + 8))
                    .toString();
        }
    }
}
