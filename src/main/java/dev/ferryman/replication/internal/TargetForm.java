package dev.ferryman.replication.internal;

import java.sql.SQLException;

/**
 * Writes the values of one column as PostgreSQL's input text. Reads a value as the backfill does for the same plan: what
 * the one refuses, the other refuses, and what both take arrives equal.
 */
interface TargetForm {
    /**
     * Writes a value that is not NULL.
     *
     * @throws UnfitValueException if the target's type cannot hold it exactly
     */
    void write(SqliteRows row, int column, CopyLine out) throws UnfitValueException, SQLException;
}
