package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.ReplicationFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One write transaction on the application's file. The lock is asked for every millisecond: SQLite's own busy handler
 * sleeps up to 100 ms between attempts and loses to hot writers ({@code MEASURED.md}).
 */
public final class SourceWrite implements AutoCloseable {
    private static final long POLL_MILLIS = 1;

    private final SqliteSource live;
    private final Connection connection;
    private boolean open;

    private SourceWrite(SqliteSource live, Connection connection) {
        this.live = live;
        this.connection = connection;
    }

    /**
     * Takes the write lock.
     *
     * @param limit how long it is waited for at most
     * @throws ReplicationFailedException if others kept it for so long; nothing was changed
     */
    public static SourceWrite begin(SqliteSource live, Duration limit) throws SQLException, InterruptedException {
        var write = new SourceWrite(live, live.connectForWriting());
        try {
            write.beginAgain(limit);
            return write;
        } catch (SQLException | RuntimeException | InterruptedException e) {
            write.close();
            throw e;
        }
    }

    /** Takes the write lock again after a commit. */
    public void beginAgain(Duration limit) throws SQLException, InterruptedException {
        poll("BEGIN IMMEDIATE", limit);
        open = true;
    }

    /** Commits; in rollback-journal mode this waits for readers, who keep the last one from coming in. */
    public void commit(Duration limit) throws SQLException, InterruptedException {
        poll("COMMIT", limit);
        open = false;
    }

    private void poll(String sql, Duration limit) throws SQLException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        try (Statement statement = connection.createStatement()) {
            while (true) {
                try {
                    statement.execute(sql);
                    return;
                } catch (SQLException e) {
                    if (!busy(e)) {
                        throw e;
                    }
                    if (System.nanoTime() >= end) {
                        throw new ReplicationFailedException(
                                "The lock of " + live.path() + " was not free within " + limit.toMillis()
                                        + " ms (" + sql + ").",
                                "Nothing was changed and the application goes on. Look for a long transaction, then try"
                                        + " again.",
                                e);
                    }
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    /** Whether an error says that somebody else holds a lock. */
    public static boolean busy(SQLException e) {
        return e instanceof SQLiteException sqlite && switch (SQLiteErrorCode
                .getErrorCode(sqlite.getResultCode().code & 0xff)) {
            case SQLITE_BUSY, SQLITE_LOCKED -> true;
            default -> false;
        };
    }

    /** The connection that holds the lock, in auto-commit mode as far as JDBC knows. */
    public Connection connection() {
        return connection;
    }

    /** Runs one statement. */
    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Undoes everything since the lock was taken. */
    public void rollback() throws SQLException {
        if (open) {
            open = false;
            execute("ROLLBACK");
        }
    }

    /** Rolls back what was not committed. */
    @Override
    public void close() throws SQLException {
        try (connection) {
            rollback();
        }
    }
}
