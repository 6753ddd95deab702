package dev.ferryman.activity.internal;

import dev.ferryman.activity.Backend;
import dev.ferryman.activity.BackendIdentity;
import dev.ferryman.activity.LockWait;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sessions that wait, that keep others waiting, and that have had a transaction open for a while, by one statement.
 * Whom a session waits for is asked of the server ({@code pg_blocking_pids}), which looks into its queue of locks for it: that
 * is done for the hundred that wait longest.
 */
public final class ActivityQuery {
    /** Longer statements are cut. */
    private static final int TEXT = 600;
    private static final Pattern PASSWORD = Pattern.compile("password", Pattern.CASE_INSENSITIVE);

    private static final String SESSIONS = """
                                           WITH me AS MATERIALIZED (
                                               SELECT oid, rolname, rolsuper, pg_has_role('pg_signal_backend', 'USAGE') AS signals
                                               FROM pg_roles WHERE rolname = current_user),
                                           locks AS MATERIALIZED (
                                               SELECT pid, granted, locktype, mode, relation, database, waitstart FROM pg_locks
                                               WHERE pid IS DISTINCT FROM pg_backend_pid()),
                                           waits AS MATERIALIZED (
                                               SELECT l.pid, l.locktype, l.mode, l.waitstart, pg_blocking_pids(l.pid) AS blockers,
                                                   coalesce(l.relation, (SELECT t.relation FROM locks t
                                                       WHERE t.pid = l.pid AND t.granted AND t.locktype = 'tuple' AND t.database =
                                                           (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1)) AS relation,
                                                   l.database IS NULL OR l.database = 0
                                                       OR l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AS here
                                               FROM (SELECT DISTINCT ON (pid) * FROM locks WHERE NOT granted ORDER BY pid, waitstart) l
                                               ORDER BY l.waitstart NULLS LAST, l.pid LIMIT 100)
                                           SELECT a.pid, a.backend_start, a.xact_start, a.query_start, a.state_change,
                                               coalesce(a.state, '') AS state, coalesce(a.backend_type, '') AS backend_type,
                                               coalesce(a.usename, '') AS usename, coalesce(a.application_name, '') AS application_name,
                                               CASE WHEN a.client_addr IS NOT NULL THEN host(a.client_addr)
                                                   WHEN a.client_port = -1 THEN 'a local socket' ELSE '' END AS client,
                                               coalesce(a.datname, '') AS datname, left(a.query, ?) AS query, coalesce(r.rolsuper, false) AS superuser,
                                               coalesce(a.usesysid = me.oid AND a.application_name = current_setting('application_name'), false) AS own,
                                               coalesce(me.rolsuper OR NOT coalesce(r.rolsuper, false)
                                                   AND (me.signals OR pg_has_role(a.usesysid, 'USAGE')), false) AS may_signal,
                                               w.pid IS NOT NULL AS waits, w.waitstart, w.locktype, w.mode, w.blockers,
                                               CASE WHEN w.here AND w.relation IS NOT NULL THEN w.relation::regclass::text END AS relation,
                                               ARRAY(SELECT DISTINCT h.mode || ' on ' || h.relation::regclass::text FROM locks h
                                                   WHERE h.pid = a.pid AND h.granted AND h.locktype = 'relation'
                                                   AND h.relation IN (SELECT o.relation FROM waits o WHERE o.here AND o.pid <> a.pid)
                                                   AND h.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                                                   ORDER BY 1) AS holds
                                           FROM pg_stat_activity a CROSS JOIN me LEFT JOIN pg_roles r ON r.oid = a.usesysid
                                               LEFT JOIN waits w ON w.pid = a.pid
                                           WHERE w.pid IS NOT NULL OR a.pid IN (SELECT unnest(o.blockers) FROM waits o)
                                               OR a.datname = current_database() AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
                                                   AND a.xact_start < clock_timestamp() - make_interval(secs => ?)
                                           ORDER BY a.xact_start NULLS LAST, a.pid LIMIT 300""";

    private static final String SERVER = """
                                         SELECT clock_timestamp(), current_user,
                                             (SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted),
                                             NOT (pg_has_role('pg_read_all_stats', 'USAGE') OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))
                                         """;

    private static final String PREPARED = """
                                           SELECT gid, prepared, owner FROM pg_prepared_xacts WHERE database = current_database()
                                           ORDER BY prepared LIMIT 5""";

    private ActivityQuery() {}

    /**
     * What was found.
     *
     * @param at by the server's clock
     * @param role the role that has looked
     * @param hidden whether it may not see what sessions of others do
     * @param waiting how many sessions wait for a lock
     */
    public record Found(Instant at, String role, boolean hidden, int waiting, List<Backend> backends) {}

    /**
     * Looks, on a connection that gives up in time.
     *
     * @param openFor from when on a transaction that keeps nobody waiting is listed
     */
    public static Found run(Connection connection, Duration openFor) throws SQLException {
        try (var statement = connection.createStatement(); var server = statement.executeQuery(SERVER)) {
            server.next();
            String role = server.getString(2);
            return new Found(server.getObject(1, OffsetDateTime.class).toInstant(), role, server.getBoolean(4),
                    server.getInt(3), backends(connection, role, openFor));
        }
    }

    private static List<Backend> backends(Connection connection, String role, Duration openFor)
            throws SQLException {
        List<Backend> found = new ArrayList<>();
        try (var statement = connection.prepareStatement(SESSIONS)) {
            statement.setInt(1, TEXT);
            statement.setDouble(2, openFor.toMillis() / 1000.0);
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(backend(row, role));
                }
            }
        }
        boolean prepared = found.stream().map(Backend::awaits).filter(Objects::nonNull)
                .anyMatch(wait -> wait.blockers().contains(0));
        if (prepared) {
            found.add(prepared(connection));
        }
        return found;
    }

    private static Backend backend(ResultSet row, String role) throws SQLException {
        var identity = new BackendIdentity(row.getInt("pid"), at(row, "backend_start"), at(row, "xact_start"),
                at(row, "query_start"));
        return new Backend(identity, row.getString("backend_type"), row.getString("usename"),
                row.getString("application_name"), row.getString("client"), row.getString("datname"),
                row.getString("state"), at(row, "state_change"), text(row, identity), row.getBoolean("own"),
                objection(row, identity, role), row.getBoolean("waits") ? wait(row) : null,
                List.of((String[]) row.getArray("holds").getArray()));
    }

    private static LockWait wait(ResultSet row) throws SQLException {
        Array blockers = row.getArray("blockers");
        return new LockWait(at(row, "waitstart"), row.getString("locktype"), row.getString("mode"),
                row.getString("relation"), Arrays.stream((Integer[]) blockers.getArray()).distinct().toList());
    }

    /** Without rights the server says so in the statement's place; a statement about passwords is shown to nobody. */
    private static @Nullable String text(ResultSet row, BackendIdentity identity) throws SQLException {
        String text = row.getString("query");
        if (text == null || text.isBlank() || identity.started() == null) {
            return null;
        }
        return PASSWORD.matcher(text).find() ? "(not shown: it speaks of a password)" : text.strip();
    }

    private static String objection(ResultSet row, BackendIdentity identity, String role) throws SQLException {
        if (row.getBoolean("own")) {
            return "it is Ferryman's own; cancel the step it works for instead.";
        }
        if (identity.started() == null) {
            return "the role ‘" + role + "’ may not see what sessions of others do. GRANT pg_read_all_stats TO "
                    + quoted(role) + "; lets it.";
        }
        if (!row.getString("backend_type").equals("client backend")) {
            return "it is no session of a client but the server's own (" + row.getString("backend_type") + ").";
        }
        if (row.getBoolean("may_signal")) {
            return "";
        }
        String owner = row.getString("usename");
        return row.getBoolean("superuser")
                ? "its role ‘" + owner + "’ is a superuser, whose sessions only a superuser may end."
                : "the role ‘" + role + "’ may not end sessions of ‘" + owner + "’. GRANT pg_signal_backend TO "
                        + quoted(role) + "; lets it.";
    }

    private static String quoted(String role) {
        return '"' + role.replace("\"", "\"\"") + '"';
    }

    private static Backend prepared(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        Instant oldest = null;
        String owner = "";
        try (var statement = connection.createStatement(); var row = statement.executeQuery(PREPARED)) {
            while (row.next()) {
                names.add(row.getString(1));
                oldest = oldest == null ? at(row, "prepared") : oldest;
                owner = owner.isEmpty() ? row.getString(3) : owner;
            }
        }
        return new Backend(new BackendIdentity(0, null, oldest, null), "prepared transaction", owner,
                String.join(", ", names), "", "", "prepared", oldest, null, false,
                "it is a prepared transaction and has no session; COMMIT PREPARED or ROLLBACK PREPARED ends it.", null,
                List.of());
    }

    private static @Nullable Instant at(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
