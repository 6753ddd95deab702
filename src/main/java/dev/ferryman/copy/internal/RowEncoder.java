package dev.ferryman.copy.internal;

import dev.ferryman.endpoint.RowCursor;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/** Encodes the rows of a cursor as PostgreSQL's binary COPY stream. Belongs to one thread. */
final class RowEncoder {
    private static final byte[] SIGNATURE = "PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

    private final ColumnEncoder[] encoders;
    private long rows;

    RowEncoder(List<WireColumn> columns) {
        this.encoders = columns.stream().map(WireColumn::encoder).toArray(ColumnEncoder[]::new);
    }

    /** Rows finished by the last {@link #encode}, whether it came to its end or not. */
    long rows() {
        return rows;
    }

    /** Writes header, all rows and trailer. */
    void encode(RowCursor cursor, CopyBuffer out) throws UnfitValueException, SQLException, InterruptedException {
        rows = 0;
        out.bytes(SIGNATURE, 0, SIGNATURE.length);
        out.int32(0);
        out.int32(0);
        while (cursor.next()) {
            out.int16(encoders.length);
            for (int i = 0; i < encoders.length; i++) {
                if (cursor.type(i) == RowCursor.NULL) {
                    out.int32(-1);
                } else {
                    field(cursor, i, out);
                }
            }
            rows++;
        }
        out.int16(-1);
        out.flush();
    }

    private void field(RowCursor cursor, int column, CopyBuffer out)
            throws UnfitValueException, SQLException, InterruptedException {
        try {
            encoders[column].encode(cursor, column, out);
        } catch (UnfitValueException e) {
            throw e.at(column);
        }
    }
}
