package dev.ferryman.schemachange.internal.parse;

/** PostgreSQL's parser refuses a text. */
final class RefusedSqlException extends RuntimeException {
    private final int position;

    /**
     * @param message PostgreSQL's words
     * @param position where, in code points from 0
     */
    RefusedSqlException(String message, int position) {
        super(message);
        this.position = position;
    }

    int position() {
        return position;
    }
}
