package dev.ferryman.verify.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Values as a person reads them: never longer than a few lines, never ambiguous. */
final class Shown {
    private static final int TEXT = 200;
    private static final int BYTES = 32;

    private Shown() {}

    /** A source value; null for NULL. */
    static @Nullable String source(SnapshotRows row, int column) {
        return switch (row.type(column)) {
            case SnapshotRows.INTEGER -> Long.toString(row.integer(column));
            case SnapshotRows.REAL -> RealText.of(row.real(column));
            case SnapshotRows.TEXT -> text(row.buffer(), row.offset(column), row.length(column));
            case SnapshotRows.BLOB -> bytes(row.buffer(), row.offset(column), row.length(column));
            case SnapshotRows.LONG -> digest(row.buffer(), row.offset(column), row.length(column),
                    row.integer(column) + " bytes, ");
            default -> null;
        };
    }

    /** UTF-8 text, cut at 200 characters with its length and SHA-256 behind. Control characters are shown as escapes. */
    static String text(byte[] buffer, int offset, int length) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(buffer, offset, length)).toString();
        } catch (CharacterCodingException e) {
            return bytes(buffer, offset, length) + " (text, not UTF-8)";
        }
        int end = text.offsetByCodePoints(0, Math.min(TEXT, text.codePointCount(0, text.length())));
        String shown = visible(text.substring(0, end));
        return end == text.length()
                ? shown
                : shown + "… (" + text.codePointCount(0, text.length()) + " characters, sha256 "
                        + sha256(buffer, offset, length) + ")";
    }

    /** Bytes: the first 32 in hexadecimal, their number, and the SHA-256 of all where there are more. */
    static String bytes(byte[] buffer, int offset, int length) {
        int shown = Math.min(BYTES, length);
        String hex = "\\x" + HexFormat.of().formatHex(buffer, offset, offset + shown);
        return shown == length
                ? hex + " (" + length + " bytes)"
                : hex + "… (" + length + " bytes, sha256 " + sha256(buffer, offset, length) + ")";
    }

    /** Cuts a text that was put together from values. */
    static String cut(String text) {
        int characters = text.codePointCount(0, text.length());
        return characters <= TEXT ? text : text.substring(0, text.offsetByCodePoints(0, TEXT - 1)) + "…";
    }

    private static String visible(String text) {
        if (text.chars().noneMatch(c -> c < ' ' || c == 0x7F)) {
            return text;
        }
        var shown = new StringBuilder();
        text.chars().forEach(c -> {
            if (c < ' ' || c == 0x7F) {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.append((char) c);
            }
        });
        return shown.toString();
    }

    /** A value that only its digest is known of. */
    static String digest(byte[] buffer, int offset, int length, String size) {
        return "(" + size + "sha256 " + HexFormat.of().formatHex(buffer, offset, offset + length) + ")";
    }

    private static String sha256(byte[] buffer, int offset, int length) {
        MessageDigest digest = sha256();
        digest.update(buffer, offset, length);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A new SHA-256. */
    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
