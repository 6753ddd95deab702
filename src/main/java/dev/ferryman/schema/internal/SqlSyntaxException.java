package dev.ferryman.schema.internal;

/** A piece of SQLite's SQL that this parser does not read. The caller turns it into a finding. */
final class SqlSyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    SqlSyntaxException(String message) {
        super(message);
    }
}
