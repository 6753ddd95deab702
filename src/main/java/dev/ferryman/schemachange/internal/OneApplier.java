package dev.ferryman.schemachange.internal;

import dev.ferryman.schemachange.ApplyListener;
import dev.ferryman.schemachange.SchemaChangeFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Lets one session at a time apply a script. An earlier run whose process has died may still be at work on the server: its
 * statement goes on until the server notices. What it has in hand is waited for; where it does nothing, it is ended.
 */
public final class OneApplier {
    private static final String KEY = "hashtextextended('ferryman.schema_change ' || ?, 0)";
    private static final long AGAIN_MILLIS = 200;

    private OneApplier() {}

    /** What becomes of an earlier run's session that is at work. */
    public enum Earlier {
        /** It is waited for: its statement may be worth hours. */
        WAITED_FOR,
        /** It is ended: nothing of it is wanted any more. */
        ENDED
    }

    /**
     * Becomes the one.
     *
     * @param job which script
     * @param what what becomes of an earlier run's session that is at work
     * @param limit how long it is waited for, in either case
     * @throws SchemaChangeFailedException where it is still at work then
     */
    public static void become(Connection connection, String job, Earlier what, Duration limit,
            ApplyListener listener) throws SQLException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        boolean told = false;
        while (!PgText.yes(connection, "SELECT pg_try_advisory_lock(" + KEY + ")", job)) {
            for (Holder earlier : holders(connection, job)) {
                if (!earlier.works() || what == Earlier.ENDED) {
                    listener.output("The session " + earlier.pid() + " of an earlier run "
                            + (earlier.works() ? "is still at work" : "does nothing") + " and is ended.");
                    PgText.query(connection, "SELECT pg_terminate_backend(?)", row -> true, earlier.pid());
                } else if (!told) {
                    told = true;
                    listener.output(
                            "The session " + earlier.pid() + " of an earlier run is still at work; it is waited for.");
                }
            }
            if (System.nanoTime() > end) {
                throw new SchemaChangeFailedException("A statement of an earlier run is still at work.",
                        "Nothing was done now. Wait for it, or end its session, then retry.");
            }
            Thread.sleep(AGAIN_MILLIS);
        }
    }

    private record Holder(int pid, boolean works) {}

    private static List<Holder> holders(Connection connection, String job) throws SQLException {
        return PgText.query(connection,
                """
                SELECT a.pid, a.state = 'active' FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND a.datname = current_database()
                AND (l.classid::bigint << 32 | l.objid::bigint) = """ + KEY,
                row -> new Holder(row.getInt(1), row.getBoolean(2)), job);
    }
}
