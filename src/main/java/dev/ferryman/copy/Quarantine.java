package dev.ferryman.copy;

import dev.ferryman.copy.internal.QuarantineTable;
import dev.ferryman.endpoint.PostgresTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The rows of a copy that are in {@code ferryman.quarantine}, to look at. Memory does not grow with them. */
public final class Quarantine {
    private static final int LONGEST_VALUE = 200;
    private static final int FETCH = 50;

    private final PostgresTarget target;
    private final String job;

    /** @param job the copy, by the name its owner gave it */
    public Quarantine(PostgresTarget target, String job) {
        this.target = target;
        this.job = job;
    }

    /**
     * Rows of one table that are there for one reason.
     *
     * @param table source table
     * @param columns source columns that do not fit
     * @param reason why
     * @param rows how many
     */
    public record Held(String table, List<String> columns, String reason, long rows) {
        public Held {
            columns = List.copyOf(columns);
        }
    }

    /**
     * Everything that is in quarantine.
     *
     * @param held by table and reason
     * @param digest SHA-256 over the rows whatever their order, 64 hexadecimal digits: another one is another quarantine
     */
    public record Summary(List<Held> held, String digest) {
        public Summary {
            held = List.copyOf(held);
        }

        /** Rows in all. */
        public long rows() {
            return held.stream().mapToLong(Held::rows).sum();
        }
    }

    /**
     * One row.
     *
     * @param number its place in the quarantine
     * @param table source table
     * @param key its key as {@code column = value}
     * @param columns source columns that do not fit
     * @param reason why
     * @param values what these columns hold, each cut after 200 characters
     */
    public record Row(long number, String table, String key, List<String> columns, String reason, String values) {
        public Row {
            columns = List.copyOf(columns);
        }
    }

    /**
     * What is there, by table and reason.
     *
     * @throws CopyFailedException if the target cannot be asked
     */
    public Summary summary() {
        return ask(connection -> {
            List<Held> held = new ArrayList<>();
            MessageDigest digest = sha256();
            try (PreparedStatement statement = connection.prepareStatement(
                    """
                    SELECT source_table, source_columns, reason, count(*),
                        sum(hashtextextended(row_key || E'\\x01' || source_row::text, 7)::numeric)::text
                    FROM ferryman.quarantine WHERE job = ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""")) {
                statement.setString(1, job);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        var found = new Held(rows.getString(1), texts(rows, 2), rows.getString(3), rows.getLong(4));
                        held.add(found);
                        digest.update((found + " " + rows.getString(5) + "\n").getBytes(StandardCharsets.UTF_8));
                    }
                }
            }
            return new Summary(held, HexFormat.of().formatHex(digest.digest()));
        }, new Summary(List.of(), HexFormat.of().formatHex(sha256().digest())));
    }

    /**
     * Rows in the order in which they came.
     *
     * @param after number of the last row that was seen, 0 for none
     * @param limit most rows
     * @throws CopyFailedException if the target cannot be asked
     */
    public List<Row> rows(long after, int limit) {
        return ask(connection -> {
            List<Row> found = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(
                    """
                    SELECT number, source_table, row_key, source_columns, reason,
                        (SELECT string_agg(c || ': ' || left((source_row -> c)::text, ?), ', ') FROM
                            unnest(source_columns) c)
                    FROM ferryman.quarantine WHERE job = ? AND number > ? ORDER BY number LIMIT ?""")) {
                statement.setInt(1, LONGEST_VALUE);
                statement.setString(2, job);
                statement.setLong(3, after);
                statement.setInt(4, limit);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.add(new Row(rows.getLong(1), rows.getString(2), rows.getString(3), texts(rows, 4),
                                rows.getString(5), String.valueOf(rows.getString(6))));
                    }
                }
            }
            return found;
        }, List.of());
    }

    /**
     * Writes every row whole, one JSON object a line.
     *
     * @throws IOException if {@code out} does
     * @throws CopyFailedException if the target cannot be asked
     */
    public void writeJsonLines(Appendable out) throws IOException {
        try {
            ask(connection -> {
                connection.setAutoCommit(false);
                try (PreparedStatement statement = connection.prepareStatement(
                        """
                        SELECT json_build_object('table', source_table, 'key', row_key, 'columns', source_columns,
                            'reason', reason, 'row', source_row)::text
                        FROM ferryman.quarantine WHERE job = ? ORDER BY number""")) {
                    statement.setFetchSize(FETCH);
                    statement.setString(1, job);
                    try (ResultSet rows = statement.executeQuery()) {
                        while (rows.next()) {
                            out.append(rows.getString(1)).append('\n');
                        }
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return true;
            }, true);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    private <T> T ask(Question<T> question, T nothing) {
        try (Connection connection = target.connect()) {
            return QuarantineTable.exists(connection) ? question.ask(connection) : nothing;
        } catch (SQLException e) {
            throw new CopyFailedException("The target " + target.display() + " answered: " + e.getMessage(),
                    "Nothing was changed. Look after the target, then try again.", e);
        }
    }

    private static List<String> texts(ResultSet rows, int column) throws SQLException {
        return List.of((String[]) rows.getArray(column).getArray());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
