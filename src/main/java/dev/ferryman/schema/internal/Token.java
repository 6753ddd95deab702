package dev.ferryman.schema.internal;

/**
 * One token of SQLite's SQL.
 *
 * @param text the decoded text: names and strings without their quotes, blobs as hex digits
 * @param start offset of its first character in the SQL
 * @param end offset after its last character
 */
record Token(Kind kind, String text, int start, int end) {
    enum Kind {
        /** A keyword or a bare name: SQLite decides by the position. */
        WORD,
        /** A name in double quotes, brackets or back-quotes. */
        NAME,
        /** Text in single quotes. */
        STRING, BLOB, INTEGER, REAL, PARAMETER, OPERATOR, END
    }

    boolean is(String word) {
        return (kind == Kind.WORD || kind == Kind.OPERATOR) && text.equalsIgnoreCase(word);
    }
}
