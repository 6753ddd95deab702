package dev.ferryman.endpoint;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A physical standby of a PostgreSQL server, seen by whoever may have to promote it. What it must not become is a second
 * primary beside one that still takes writes ({@code DESIGN.md} I7).
 */
public final class Standby {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final String STATE = """
                                        SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on',
                                            (SELECT system_identifier FROM pg_control_system()),
                                            CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
                                            pg_last_wal_receive_lsn(),
                                            extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())""";
    private static final String RECEIVING = """
                                            SELECT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming'
                                                AND last_msg_receipt_time > clock_timestamp() - interval '10 seconds')""";

    private final PostgresTarget standby;
    private final PostgresTarget primary;

    /**
     * @param standby the server that may be promoted, and no other one in its address
     * @param primary the server it follows, as the application's address has it; the standby may be in this address too
     */
    public Standby(PostgresTarget standby, PostgresTarget primary) {
        this.standby = standby;
        this.primary = primary;
    }

    /**
     * A server as it is now.
     *
     * @param recovering whether it is a standby
     * @param writable whether it takes writes of an ordinary session
     * @param systemIdentifier what all servers of one origin share
     * @param position end of the write-ahead log: written on a primary, replayed on a standby
     * @param received end of what a standby has received, null on a primary
     * @param replayAge time since the last replayed transaction was committed, null where there was none
     */
    public record State(boolean recovering, boolean writable, String systemIdentifier, String position,
            @Nullable String received, @Nullable Duration replayAge) {}

    /**
     * Both servers as they are now.
     *
     * @param standby the standby
     * @param primary the primary; empty where none answers
     * @param receiving whether the standby has heard of its primary within ten seconds
     * @param behindBytes write-ahead log that the primary has written and the standby has not replayed; null where the
     *        primary cannot be asked
     */
    public record Sight(State standby, Optional<State> primary, boolean receiving, @Nullable Long behindBytes) {
        /** Whether a primary answers and takes writes. */
        public boolean primaryWritable() {
            return primary.map(State::writable).orElse(false);
        }
    }

    /**
     * What came of it.
     *
     * @param took from the order to the first answer that it takes writes
     * @param timeline its timeline now, in hexadecimal digits as in the names of its write-ahead log
     */
    public record Promoted(Duration took, String timeline) {}

    /**
     * Looks at both.
     *
     * @throws BadInputException if the standby cannot be reached, or is none of this primary's
     */
    public Sight look() {
        try (Connection connection = standby.connect()) {
            State there = state(connection);
            boolean receiving = there.recovering() && flag(connection, RECEIVING);
            Optional<State> primaryState = there.recovering() ? primary() : Optional.empty();
            if (primaryState.isPresent()
                    && !primaryState.get().systemIdentifier().equals(there.systemIdentifier())) {
                throw new BadInputException(
                        "The server " + standby.display() + " is no standby of " + primary.display()
                                + ": their system identifiers differ.",
                        "Nothing was changed. Correct the address of the standby.");
            }
            Long behind = primaryState.isPresent()
                    ? distance(connection, primaryState.get().position(), there.position())
                    : null;
            return new Sight(there, primaryState, receiving, behind);
        } catch (SQLException e) {
            throw standby.refusal(e);
        }
    }

    /** The first server of the primary's address that is no standby. */
    private Optional<State> primary() {
        try (Connection connection = primary.connect()) {
            State state = state(connection);
            return state.recovering() ? Optional.empty() : Optional.of(state);
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    /**
     * Promotes it and waits until it takes writes. One that is promoted already stays as it is.
     *
     * @param limit how long it may take
     * @throws BadInputException if the role may not, or it is not done within the limit
     */
    public Promoted promote(Duration limit) throws InterruptedException {
        long started = System.nanoTime();
        try (Connection connection = standby.connect(); Statement statement = connection.createStatement()) {
            if (flag(connection, "SELECT pg_is_in_recovery()")) {
                try (ResultSet row = statement.executeQuery("SELECT pg_promote(true, "
                        + Math.max(1, limit.toSeconds()) + ")")) {
                    row.next();
                }
            }
            while (flag(connection, "SELECT pg_is_in_recovery()")) {
                if (System.nanoTime() - started > limit.toNanos()) {
                    throw new BadInputException(
                            "The standby " + standby.display() + " is still recovering " + limit.toSeconds()
                                    + " s after it was ordered to promote.",
                            "Look at its log; then retry, which waits on.");
                }
                Thread.sleep(POLL);
            }
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            return new Promoted(took, text(connection, "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)"));
        } catch (SQLException e) {
            if ("42501".equals(e.getSQLState())) {
                throw new BadInputException("The role may not promote " + standby.display() + ".",
                        "Nothing was changed. GRANT EXECUTE ON FUNCTION pg_promote TO it, or use a superuser.", e);
            }
            throw standby.refusal(e);
        }
    }

    private static State state(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(STATE)) {
            row.next();
            boolean recovering = row.getBoolean(1);
            boolean readOnly = row.getBoolean(2);
            double age = row.getDouble(6);
            Duration replayAge = row.wasNull() ? null : Duration.ofMillis(Math.max(0, Math.round(age * 1000)));
            return new State(recovering, !recovering && !readOnly, row.getString(3), row.getString(4),
                    row.getString(5), replayAge);
        }
    }

    private static long distance(Connection connection, String ahead, String behind) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT pg_wal_lsn_diff(?::pg_lsn, ?::pg_lsn)::bigint")) {
            statement.setString(1, ahead);
            statement.setString(2, behind);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return Math.max(0, row.getLong(1));
            }
        }
    }

    private static boolean flag(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
