package dev.ferryman.verify.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schema.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of tables that a verification has found equal, in the ledger of the copy ({@code ferryman.verified}), so that
 * it goes on after them when it is interrupted. They are kept only where the target remembers the finished copy of the
 * same snapshot, and go with the ledger. A target that cannot be written to remembers nothing, which costs time and
 * no certainty: what is kept is believed only where {@link UnchangedRows} proves that it still holds.
 */
final class VerifiedParts implements AutoCloseable {
    /** Fewer rows are sooner compared again than remembered. */
    static final long LEAST_ROWS = 10_000;

    private final Map<Place, Kept> kept = new HashMap<>();
    private final String plan;
    private final String job;
    private final long horizon;
    private @Nullable Connection connection;

    private VerifiedParts(@Nullable Connection connection, String job, String plan, long horizon) {
        this.connection = connection;
        this.job = job;
        this.plan = plan;
        this.horizon = horizon;
    }

    private record Place(String table, String part) {}

    /**
     * A part that was found equal.
     *
     * @param sourceRows rows of the snapshot in it
     * @param targetRows rows of the target in it
     * @param horizon every transaction before this one had ended when they were compared
     * @param shape what the table's columns were, see {@link UnchangedRows#shape}
     */
    record Kept(long sourceRows, long targetRows, long horizon, String shape) {}

    /** Nothing is known and nothing will be kept. */
    static VerifiedParts none() {
        return new VerifiedParts(null, "", "", 0);
    }

    /**
     * What is known of this snapshot under this plan.
     *
     * @param view inside the transaction that all comparisons see
     */
    static VerifiedParts open(PostgresTarget target, Connection view, String snapshotSha256, String planSha256)
            throws SQLException {
        long horizon = UnchangedRows.horizon(view);
        Connection connection = null;
        try {
            connection = target.connect();
            String job = job(connection, snapshotSha256);
            if (job == null) {
                connection.close();
                return none();
            }
            var parts = new VerifiedParts(connection, job, planSha256, horizon);
            parts.read(connection);
            return parts;
        } catch (SQLException e) {
            close(connection);
            return none();
        }
    }

    /** The finished copy of the snapshot; null where the target remembers none. */
    private static @Nullable String job(Connection connection, String snapshotSha256) throws SQLException {
        try (var statement = connection.createStatement();
                var found = statement.executeQuery("SELECT to_regclass('ferryman.verified') IS NOT NULL")) {
            found.next();
            if (!found.getBoolean(1)) {
                return null;
            }
        }
        try (var statement = connection.prepareStatement("SELECT id FROM ferryman.job WHERE snapshot_sha256 = ?"
                + " AND state = 'finished' ORDER BY created_at DESC LIMIT 1")) {
            statement.setString(1, snapshotSha256);
            try (var found = statement.executeQuery()) {
                return found.next() ? found.getString(1) : null;
            }
        }
    }

    private void read(Connection from) throws SQLException {
        try (var statement = from.prepareStatement("SELECT source_table, part, source_rows, target_rows, horizon,"
                + " shape FROM ferryman.verified WHERE job = ? AND plan_sha256 = ?")) {
            statement.setString(1, job);
            statement.setString(2, plan);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    kept.put(new Place(rows.getString(1), rows.getString(2)),
                            new Kept(rows.getLong(3), rows.getLong(4), rows.getLong(5), rows.getString(6)));
                }
            }
        }
    }

    /** What was found of a part; null where it was not compared to its end, or differed. */
    @Nullable
    Kept of(TablePlan table, KeyRange range) {
        return kept.get(new Place(table.source(), range.name()));
    }

    /** Whether parts of so many rows are kept. */
    synchronized boolean keeps(long rows) {
        return connection != null && rows >= LEAST_ROWS;
    }

    /** Remembers a part without differences. */
    synchronized void keep(TablePlan table, KeyRange range, Tally tally, String shape) {
        Connection to = connection;
        if (to == null) {
            return;
        }
        try (var statement = to.prepareStatement(
                """
                INSERT INTO ferryman.verified (job, plan_sha256, source_table, part, source_rows, target_rows, horizon, shape)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job, plan_sha256, source_table, part) DO UPDATE
                SET source_rows = excluded.source_rows, target_rows = excluded.target_rows,
                    horizon = excluded.horizon, shape = excluded.shape""")) {
            statement.setString(1, job);
            statement.setString(2, plan);
            statement.setString(3, table.source());
            statement.setString(4, range.name());
            statement.setLong(5, tally.sourceRows());
            statement.setLong(6, tally.targetRows());
            statement.setLong(7, horizon);
            statement.setString(8, shape);
            statement.executeUpdate();
        } catch (SQLException e) {
            close();
        }
    }

    /** The verification has come to its end: the next one compares everything anew. */
    synchronized void forget() {
        Connection from = connection;
        if (from == null) {
            return;
        }
        try (var statement = from.prepareStatement("DELETE FROM ferryman.verified WHERE job = ?")) {
            statement.setString(1, job);
            statement.executeUpdate();
        } catch (SQLException e) {
            close();
        }
    }

    @Override
    public synchronized void close() {
        close(connection);
        connection = null;
    }

    private static void close(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // What was kept is committed.
            }
        }
    }
}
