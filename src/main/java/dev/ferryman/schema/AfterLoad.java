package dev.ferryman.schema;

/**
 * One statement that completes a table after its data is in.
 *
 * @param kind decides the order within a table; foreign keys are added once all tables have their keys
 * @param name name of the index or constraint, unquoted, for progress, for finding out whether it is there already
 *        (statements are run again after a crash) and for verification
 * @param sql the statement in PostgreSQL's SQL
 * @param source what it comes from, in SQLite's words: shown beside it in the plan
 */
public record AfterLoad(Kind kind, String name, String sql, String source) {

    /** The kinds in the order in which a table's statements run. */
    public enum Kind {
        PRIMARY_KEY, UNIQUE, INDEX, CHECK, FOREIGN_KEY, VALIDATE_FOREIGN_KEY, COMMENT
    }
}
