package dev.ferryman.replication.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One line of {@code COPY … (FORMAT text)}, reused from row to row. */
final class CopyLine {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] line = new byte[1024];
    private int length;

    void clear() {
        length = 0;
    }

    byte[] bytes() {
        return line;
    }

    int length() {
        return length;
    }

    /** Position to return to when a field turns out not to fit. */
    int mark() {
        return length;
    }

    void reset(int mark) {
        length = mark;
    }

    void separator() {
        raw((byte) '\t');
    }

    void end() {
        raw((byte) '\n');
    }

    void nothing() {
        raw((byte) '\\');
        raw((byte) 'N');
    }

    /** A field without characters that mean something to COPY. */
    void plain(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        room(bytes.length);
        System.arraycopy(bytes, 0, line, length, bytes.length);
        length += bytes.length;
    }

    /** Any text in UTF-8. */
    void text(byte[] bytes) {
        room(2 * bytes.length);
        for (byte b : bytes) {
            switch (b) {
                case '\\' -> escaped('\\');
                case '\n' -> escaped('n');
                case '\r' -> escaped('r');
                case '\t' -> escaped('t');
                default -> line[length++] = b;
            }
        }
    }

    /** Bytes as bytea's hexadecimal form. */
    void hex(byte[] bytes) {
        room(3 + 2 * bytes.length);
        escaped('\\');
        line[length++] = 'x';
        for (byte b : bytes) {
            line[length++] = HEX[b >> 4 & 15];
            line[length++] = HEX[b & 15];
        }
    }

    private void escaped(char second) {
        line[length++] = '\\';
        line[length++] = (byte) second;
    }

    private void raw(byte b) {
        room(1);
        line[length++] = b;
    }

    private void room(int more) {
        if (line.length - length < more) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, Math.addExact(length, more)));
        }
    }
}
