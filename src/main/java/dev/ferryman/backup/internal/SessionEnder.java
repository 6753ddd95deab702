package dev.ferryman.backup.internal;

import dev.ferryman.endpoint.PostgresTarget;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ends every session of a database again and again, until it is closed. */
public final class SessionEnder implements AutoCloseable {
    private static final long EVERY_MILLIS = 50;
    /** By its number: while the database is being renamed, others still see the old name. */
    private static final String END = """
                                      SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
                                      WHERE a.datid = ? AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'""";

    private final Connection connection;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private SessionEnder(Connection connection, long database) {
        this.connection = connection;
        this.thread = Thread.ofVirtual().name("ferryman-session-ender").start(() -> end(database));
    }

    /**
     * Begins.
     *
     * @param server another database of the same server
     * @param database name of the database
     */
    public static SessionEnder of(PostgresTarget server, String database) throws SQLException {
        Connection connection = server.connect();
        try (PreparedStatement statement = connection
                .prepareStatement("SELECT oid::bigint FROM pg_database WHERE datname = ?")) {
            statement.setString(1, database);
            try (var row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("There is no database " + database, "3D000");
                }
                return new SessionEnder(connection, row.getLong(1));
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private void end(long database) {
        try (PreparedStatement statement = connection.prepareStatement(END)) {
            statement.setLong(1, database);
            do {
                statement.execute();
            } while (!closed.await(EVERY_MILLIS, TimeUnit.MILLISECONDS));
        } catch (SQLException e) {
            // Somebody whose session may not be ended stays connected: the rename says so.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws SQLException {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.close();
    }
}
