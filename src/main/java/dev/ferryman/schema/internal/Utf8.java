package dev.ferryman.schema.internal;

/** Looks at text as bytes. */
public final class Utf8 {
    private Utf8() {}

    /** Number of characters (code points) in the first bytes, -1 where they are no valid UTF-8 as PostgreSQL holds it. */
    public static int characters(byte[] text, int length) {
        var characters = 0;
        var i = 0;
        while (i < length) {
            var bytes = sequence(text, i, length);
            if (bytes == 0) {
                return -1;
            }
            i += bytes;
            characters++;
        }
        return characters;
    }

    /** Bytes of the character that begins at an offset; 0 where none does. */
    private static int sequence(byte[] text, int at, int length) {
        var first = text[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        var bytes = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        if (first < 0xc2 || first > 0xf4 || at + bytes > length) {
            return 0;
        }
        var second = text[at + 1] & 0xff;
        // Not longer than needed, no surrogates, nothing above U+10FFFF.
        var least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        var most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < least || second > most) {
            return 0;
        }
        for (var i = 2; i < bytes; i++) {
            if ((text[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return bytes;
    }

    /** Whether U+FFFD is in it. */
    static boolean hasReplacement(byte[] text, int length) {
        for (var i = 0; i + 2 < length; i++) {
            if (text[i] == (byte) 0xef && text[i + 1] == (byte) 0xbf && text[i + 2] == (byte) 0xbd) {
                return true;
            }
        }
        return false;
    }
}
