package dev.ferryman.schemachange.internal.parse;

/** Finds where a statement begins behind blanks and remarks, which PostgreSQL counts as a part of it. */
final class Remarks {
    private Remarks() {}

    /** Position of the first character from {@code from} on that is neither blank nor in a remark. */
    static int skip(String text, int from) {
        int at = from;
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == '\uFEFF') {
                at++;
            } else if (text.startsWith("--", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end + 1;
            } else if (text.startsWith("/*", at)) {
                at = afterBlock(text, at);
            } else {
                return at;
            }
        }
        return at;
    }

    /** Remarks of this kind nest in PostgreSQL. */
    private static int afterBlock(String text, int from) {
        int depth = 0;
        int at = from;
        while (at < text.length()) {
            if (text.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith("*/", at)) {
                depth--;
                at += 2;
                if (depth == 0) {
                    return at;
                }
            } else {
                at++;
            }
        }
        return at;
    }
}
