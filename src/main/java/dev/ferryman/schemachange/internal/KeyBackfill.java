package dev.ferryman.schemachange.internal;

import dev.ferryman.schemachange.KeyChangeListener;
import dev.ferryman.schemachange.KeyChangeOptions;
import dev.ferryman.schemachange.KeyChangePlan;
import dev.ferryman.schemachange.KeyChangeTable;
import dev.ferryman.schemachange.SchemaChangeFailedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives every row its UUIDs, some pages at a time, each range in a transaction of its own with the page it came to. Rows
 * that move or are locked while it passes are met by a further pass: it ends when none is left.
 */
public final class KeyBackfill {
    /** Behind every page. */
    public static final long DONE = Long.MAX_VALUE;
    private static final int MOST_PASSES = 20;
    private static final String MAY_REPLAY = "has_parameter_privilege('session_replication_role', 'SET')";
    /** The application's own triggers are for what the application writes. */
    private static final String QUIET = "SELECT set_config('session_replication_role', 'replica', true) WHERE "
            + MAY_REPLAY;
    private static final String FIRING = "SELECT tgname FROM pg_trigger WHERE tgrelid = ?::regclass AND NOT tgisinternal"
            + " AND tgtype & 16 <> 0 AND cardinality(tgattr::int2[]) = 0"
            + " AND tgenabled IN ('A', CASE WHEN " + MAY_REPLAY + " THEN 'R' ELSE 'O' END) ORDER BY tgname";
    private static final String SERIALIZATION = "40";
    private static final String FAR_BEHIND = """
                                             SELECT coalesce(nullif(application_name, ''), client_addr::text, pid::text),
                                                 pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint
                                             FROM pg_stat_replication WHERE pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) > ?
                                             ORDER BY 2 DESC LIMIT 1""";

    private final Connection connection;
    private final KeyChangePlan plan;
    private final KeyChangeState state;
    private final KeyChangeOptions options;
    private final KeyChangeListener listener;

    /** On a connection of its own, in automatic commit. */
    public KeyBackfill(Connection connection, KeyChangePlan plan, KeyChangeState state, KeyChangeOptions options,
            KeyChangeListener listener) {
        this.connection = connection;
        this.plan = plan;
        this.state = state;
        this.options = options;
        this.listener = listener;
    }

    /** The application's own triggers that fire for each row that is filled, by their tables' names. */
    public static Map<String, List<String>> firing(Connection connection, KeyChangePlan plan) throws SQLException {
        Map<String, List<String>> firing = new LinkedHashMap<>();
        for (KeyChangeTable table : plan.tables()) {
            List<String> triggers = PgText.query(connection, FIRING, row -> row.getString(1),
                    KeyChangeSql.table(table));
            if (!triggers.isEmpty()) {
                firing.put(table.title(), triggers);
            }
        }
        return firing;
    }

    /**
     * Fills one column, from a page on, and from the first one again where rows are left: rows move.
     *
     * @param from the page to begin with, {@link #DONE} to see only whether rows are left
     * @return rows that got a UUID
     */
    public long fill(KeyChangePlan.Place place, long from) throws SQLException, InterruptedException {
        long rows = 0;
        long begin = from;
        for (int pass = 1; pass <= MOST_PASSES; pass++) {
            rows += pass(place, begin);
            if (!PgText.yes(connection, KeyChangeSql.left(place))) {
                return rows;
            }
            begin = 0;
            Thread.sleep(200L * pass);
        }
        throw new SchemaChangeFailedException(
                "Rows of " + place.title() + " are still without a UUID after " + MOST_PASSES + " passes.",
                "The application goes on. Look for transactions that hold rows for minutes, for rows that refer to none,"
                        + " and for whatever disables triggers (session_replication_role), then retry.");
    }

    private long pass(KeyChangePlan.Place place, long begin) throws SQLException, InterruptedException {
        long end = PgText.number(connection,
                "SELECT ceil(pg_relation_size(?::regclass) / current_setting('block_size')::numeric)",
                KeyChangeSql.table(place.table()));
        long rows = 0;
        for (long page = begin; page < end; page += options.pages()) {
            listener.ensureOwner();
            rows += range(place, page, Math.min(end, page + options.pages()));
            listener.filled(place.title(), Math.min(end, page + options.pages()), end);
            rest();
        }
        return rows;
    }

    private int range(KeyChangePlan.Place place, long from, long to) throws SQLException, InterruptedException {
        for (int attempt = 1;; attempt++) {
            connection.setAutoCommit(false);
            try (PreparedStatement update = connection.prepareStatement(KeyChangeSql.backfill(plan, place))) {
                // A hash of the whole other table for each range would cost more than its few thousand look-ups.
                PgText.execute(connection,
                        "SET LOCAL " + KeyChangeSql.BACKFILLING + " = 'on'; SET LOCAL enable_hashjoin = off;"
                                + " SET LOCAL enable_mergejoin = off; SET LOCAL lock_timeout = '10s'; " + QUIET);
                update.setString(1, "(" + from + ",0)");
                update.setString(2, "(" + to + ",0)");
                int rows = update.executeUpdate();
                state.filled(connection, place.title(), to);
                connection.commit();
                return rows;
            } catch (SQLException e) {
                connection.rollback();
                boolean again = e.getSQLState() != null
                        && (e.getSQLState().startsWith(SERIALIZATION) || "55P03".equals(e.getSQLState()));
                if (!again || attempt == 10) {
                    throw e;
                }
                listener.output("Pages " + from + " to " + to + " of " + place.title() + " again: " + e.getMessage());
            } catch (RuntimeException e) {
                // Back to automatic commit without this would commit what was refused.
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
            Thread.sleep(200L * attempt);
        }
    }

    private void rest() throws SQLException, InterruptedException {
        Thread.sleep(options.pause());
        Optional<Standby> last = Optional.empty();
        for (Optional<Standby> far = tooFar(); far.isPresent(); far = tooFar()) {
            if (last.isEmpty()) {
                listener.output("The standby " + far.get().name() + " is " + (far.get().behind() >> 20)
                        + " MiB behind; it is waited for until it is less than " + (options.mostReplayLag() >> 20)
                        + " MiB.");
            }
            last = far;
            listener.waitsFor(far.get().name(), far.get().behind());
            listener.ensureOwner();
            Thread.sleep(500);
        }
        last.ifPresent(standby -> listener.waitsFor(standby.name(), 0));
    }

    private record Standby(String name, long behind) {}

    private Optional<Standby> tooFar() throws SQLException {
        return options.mostReplayLag() == 0
                ? Optional.empty()
                : PgText.query(connection, FAR_BEHIND, row -> new Standby(row.getString(1), row.getLong(2)),
                        options.mostReplayLag()).stream().findFirst();
    }

    /** Whether there are standbys of which this role may see no more than that. */
    public static boolean standbysHidden(Connection connection) throws SQLException {
        return PgText.yes(connection, "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE state IS NULL)");
    }
}
