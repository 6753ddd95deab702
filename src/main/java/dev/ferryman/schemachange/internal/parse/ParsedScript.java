package dev.ferryman.schemachange.internal.parse;

import java.util.List;

/**
 * A script as PostgreSQL reads it.
 *
 * @param statements in their order
 * @param text the script's text, to which positions refer
 * @param bytes turns a position in bytes of UTF-8 into one in characters
 */
public record ParsedScript(List<ParsedStatement> statements, String text, ByteOffsets bytes) {
    /** Line of a position in characters, from 1. */
    public int line(int position) {
        return 1 + (int) text.substring(0, Math.min(position, text.length())).chars().filter(c -> c == '\n').count();
    }

    /** Column of a position in characters, from 1. */
    public int column(int position) {
        int at = Math.min(position, text.length());
        return text.codePointCount(text.lastIndexOf('\n', at - 1) + 1, at) + 1;
    }
}
