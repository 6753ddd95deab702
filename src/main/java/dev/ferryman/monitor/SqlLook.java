package dev.ferryman.monitor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Figures of a PostgreSQL server that can be asked for by name. */
public enum SqlLook {
    /** Connections of this database, Ferryman's look not counted. */
    CONNECTIONS("", Counting.NOW, "SELECT count(*)" + Sql.SESSIONS + " AND datname = current_database()"),
    /** Connections of the whole server as a part of those it allows, in percent. */
    CONNECTIONS_PERCENT("%", Counting.NOW,
            "SELECT 100.0 * count(*) / current_setting('max_connections')::int" + Sql.SESSIONS),
    /** Connections of this database that hold a transaction open and do nothing. */
    IDLE_IN_TRANSACTION("", Counting.NOW, "SELECT CASE WHEN " + Sql.HIDDEN
            + " THEN NULL ELSE count(*) FILTER (WHERE state LIKE 'idle in transaction%') END" + Sql.SESSIONS
            + " AND datname = current_database()"),
    /** Locks that somebody waits for in this database. */
    LOCKS_NOT_GRANTED("", Counting.NOW, "SELECT count(*) FROM pg_locks WHERE NOT granted AND (database IS NULL"
            + " OR database IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())))"),
    /** How long the statement runs that runs longest in this database, in seconds. */
    LONGEST_QUERY("s", Counting.NOW, "SELECT CASE WHEN " + Sql.HIDDEN
            + " THEN NULL ELSE coalesce(extract(epoch FROM max(clock_timestamp() - query_start)"
            + " FILTER (WHERE state = 'active')), 0) END" + Sql.SESSIONS + " AND datname = current_database()"),
    /** Mean time of the statements since the look before this one, in milliseconds. */
    QUERY_MEAN("ms", Counting.MEAN, Sql.STATEMENTS),
    /** Below what time 99 % of the statements since the look before this one stayed, were they normally distributed. */
    QUERY_P99("ms", Counting.P99, Sql.STATEMENTS),
    /** How far the standby is behind that is furthest behind, in seconds. */
    REPLICATION_LAG("s", Counting.NOW,
            "SELECT CASE WHEN count(*) FILTER (WHERE state IS NOT NULL) = 0 THEN NULL"
                    + " ELSE coalesce(extract(epoch FROM max(replay_lag)), 0) END FROM pg_stat_replication"),
    /** Size of this database. */
    DATABASE_SIZE("bytes", Counting.NOW, "SELECT pg_database_size(current_database())"),
    /** Deadlocks in this database since the watch began. */
    DEADLOCKS("", Counting.SINCE_BEGIN, "SELECT deadlocks" + Sql.DATABASE),
    /** Transactions of this database that were rolled back since the watch began. */
    ROLLBACKS("", Counting.SINCE_BEGIN, "SELECT xact_rollback" + Sql.DATABASE),
    /** How much of what was read since the look before this one was in memory already, in percent. */
    CACHE_HIT("%", Counting.SHARE, "SELECT blks_hit, blks_hit + blks_read" + Sql.DATABASE);

    /** How a figure comes from what the server says. */
    enum Counting {
        /** It is the answer. */
        NOW,
        /** A counter, compared with when the watch began. */
        SINCE_BEGIN,
        /** Sum and count, compared with the look before. */
        MEAN,
        /** Sum, count and sum of squares, compared with the look before. */
        P99,
        /** Part and whole, compared with the look before. */
        SHARE
    }

    /** Parts of the questions. Rows of other users are hidden from who may not read all statistics. */
    private static final class Sql {
        static final String SESSIONS = " FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datid IS NOT NULL"
                + " AND (backend_type = 'client backend' OR query = '<insufficient privilege>')";
        static final String HIDDEN = "bool_or(query = '<insufficient privilege>')";
        static final String DATABASE = " FROM pg_stat_database WHERE datname = current_database()";
        static final String STATEMENTS = "SELECT sum(total_exec_time), sum(calls),"
                + " sum(calls * (stddev_exec_time ^ 2 + mean_exec_time ^ 2)) FROM pg_stat_statements"
                + " WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())";
    }

    private final String unit;
    private final Counting counting;
    private final String sql;

    SqlLook(String unit, Counting counting, String sql) {
        this.unit = unit;
        this.counting = counting;
        this.sql = sql;
    }

    /** The look of that name, as templates write it: {@code locks-not-granted}. */
    public static Optional<SqlLook> of(String key) {
        return Arrays.stream(values()).filter(look -> look.key().equals(key)).findFirst();
    }

    /** All names. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(SqlLook::key).toList();
    }

    /** The name templates use. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What the figure is counted in. */
    public String unit() {
        return unit;
    }

    /** The question. */
    String sql() {
        return sql;
    }

    Counting counting() {
        return counting;
    }

    /** Why there may be no figure. */
    String missing() {
        return switch (this) {
            case REPLICATION_LAG -> "No standby is connected, or the role may not see it (pg_monitor).";
            case QUERY_MEAN, QUERY_P99 -> "The extension pg_stat_statements knows no statement of this database.";
            case IDLE_IN_TRANSACTION, LONGEST_QUERY ->
                "The role may not see other sessions: grant it pg_read_all_stats.";
            default -> "The server gives no figure.";
        };
    }
}
