package dev.ferryman.copy.internal;

import dev.ferryman.copy.CopyFailedException;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Turns PostgreSQL's refusal of a row into a message that names table, key and column. */
final class Refusal {
    /** Context of a COPY error in any language: the table's name, the number of the row, and perhaps the column. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final int LONGEST_REASON = 300;

    private Refusal() {}

    /** Finds the key of a row by its number within the chunk. */
    interface Keys {
        String key(long row) throws SQLException;
    }

    static CopyFailedException of(SQLException e, SourceTable table, List<WireColumn> columns, Keys keys)
            throws SQLException {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.startsWith("08") || state.startsWith("57")) {
            return new CopyFailedException(
                    "The connection to the target was lost while loading " + table.plan().source()
                            + ": " + e.getMessage(),
                    "What was committed stays, exactly once. Run the same copy again when PostgreSQL is back.", e);
        }
        var where = new StringBuilder("Table ").append(table.plan().source());
        ServerErrorMessage server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
        String all = server == null || server.getWhere() == null ? "" : server.getWhere();
        String prefix = "COPY " + table.plan().target();
        String context = all.lines().filter(l -> l.startsWith(prefix)).findFirst().orElse("");
        if (!context.isEmpty()) {
            Matcher line = NUMBER.matcher(context).region(prefix.length(), context.length());
            if (line.find()) {
                // The first row is number 1 to PostgreSQL.
                where.append(", row with ").append(keys.key(Long.parseLong(line.group()) - 1));
            }
            columns.stream().map(c -> c.plan()).filter(c -> context
                    .matches(".*[, ]" + Pattern.quote(c.target()) + "(:.*)?")).findFirst()
                    .ifPresent(c -> where.append(", column ").append(c.source()));
        }
        String reason = String
                .valueOf(server == null || server.getMessage() == null ? e.getMessage() : server.getMessage());
        if (server != null && server.getDetail() != null) {
            reason += " (" + server.getDetail() + ")";
        }
        if (reason.length() > LONGEST_REASON) {
            reason = reason.substring(0, LONGEST_REASON) + " …";
        }
        return new CopyFailedException(where + ": PostgreSQL refused it: " + reason + ".",
                "Nothing of this chunk was kept. Correct the row in the source or the column's type in the target, then"
                        + " copy again.",
                e);
    }
}
