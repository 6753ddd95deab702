package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.RowCursor;
import java.sql.SQLException;

/** Writes the values of one column in the binary format of its PostgreSQL type. Belongs to one thread. */
interface ColumnEncoder {
    /**
     * Writes length and value of a field that is not NULL.
     *
     * @throws UnfitValueException if the target's type cannot hold the value exactly; whatever was written of the row
     *         by then is thrown away with the chunk
     */
    void encode(RowCursor row, int column, CopyBuffer out)
            throws UnfitValueException, SQLException, InterruptedException;
}
