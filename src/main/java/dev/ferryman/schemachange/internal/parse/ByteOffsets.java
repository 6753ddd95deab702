package dev.ferryman.schemachange.internal.parse;

/** Where in a Java string a byte of its UTF-8 form is. */
public final class ByteOffsets {
    private final int[] characterOfByte;

    ByteOffsets(String text) {
        int[] table = new int[text.length() * 3 + 1];
        int bytes = 0;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int width = width(text.codePointAt(at));
            for (int i = 0; i < width; i++) {
                table[bytes++] = at;
            }
        }
        table[bytes] = text.length();
        characterOfByte = java.util.Arrays.copyOf(table, bytes + 1);
    }

    private static int width(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }

    /** Position in characters of a position in bytes. */
    public int character(int position) {
        return characterOfByte[Math.clamp(position, 0, characterOfByte.length - 1)];
    }
}
