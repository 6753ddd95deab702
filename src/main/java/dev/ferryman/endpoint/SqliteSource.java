package dev.ferryman.endpoint;

import dev.ferryman.endpoint.internal.SqliteChecks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.BusyHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * A SQLite file: the live one an application writes to, or a snapshot that nobody writes to any more.
 *
 * <p>A live file is reached through the process's one SQLite library and in no other way: it is never opened as a file,
 * read, hashed or copied, since POSIX drops all of a process's locks on a file when any descriptor of it closes
 * ({@code DESIGN.md} § 2, invariant I5). Only what {@code stat} tells is asked of the file system.
 *
 * <p>Result sets stream: a row is read when it is asked for. {@code getString} decodes leniently, so a text with U+FFFD
 * in it may hold other bytes; {@code getBytes} on the same column of the same row gives the stored bytes exactly (UTF-8;
 * in a UTF-16 database SQLite converts to UTF-8 once the column has been read as text, and {@code CAST(column AS BLOB)}
 * gives what is stored). NUL characters arrive in both.
 */
public final class SqliteSource {
    /** How often a statement asks for a lock that another connection holds, a millisecond apart. */
    private static final int BUSY_ATTEMPTS = 10_000;

    private final Path path;
    private final boolean immutable;

    private SqliteSource(Path path, boolean immutable) {
        this.path = path;
        this.immutable = immutable;
    }

    /**
     * The file an application works on.
     *
     * @throws BadInputException if it is missing, a directory, empty, unreadable, no database, encrypted, damaged,
     *         truncated, locked, left with a hot journal, or on a network file system
     */
    public static SqliteSource live(Path path) {
        var source = new SqliteSource(SqliteChecks.realFile(path), false);
        SqliteChecks.refuseNetworkFileSystem(source.path);
        SqliteChecks.refuseHotJournal(source.path, () -> open(source.path, "mode=ro", true));
        SqliteChecks.refuseUnreadable(source.path, source::connect);
        return source;
    }

    /**
     * A finished snapshot, opened immutable: no locks, any number of parallel readers.
     *
     * @throws BadInputException as {@link #live(Path)}, locks and journals aside
     */
    public static SqliteSource snapshot(Path path) {
        var source = new SqliteSource(SqliteChecks.realFile(path), true);
        SqliteChecks.refuseUnreadable(source.path, source::connect);
        return source;
    }

    /**
     * A new connection in auto-commit mode that cannot change the file; it belongs to the caller and to one thread at a
     * time. On a live file a result set left open is a read transaction, which keeps writers of a rollback-journal
     * database waiting.
     */
    public Connection connect() throws SQLException {
        if (immutable) {
            return open(path, "mode=ro&immutable=1", true);
        }
        // Not mode=ro: a reader of a WAL database without its -shm file has to be able to create it.
        var connection = open(path, "mode=rw", false);
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = 1");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    /**
     * A new connection in auto-commit mode that may change a live file: for change capture, fence and reverse sync, and
     * for nothing else. Statements that meet another connection's lock fail at once, so the caller decides how to wait.
     *
     * @throws IllegalStateException if this is a snapshot
     */
    public Connection connectForWriting() throws SQLException {
        if (immutable) {
            throw new IllegalStateException("a snapshot is never written to");
        }
        var connection = open(path, "mode=rw", false);
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 0");
            statement.execute("PRAGMA foreign_keys = 0");
            statement.execute("PRAGMA recursive_triggers = 0");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private static Connection open(Path path, String parameters, boolean readOnly) throws SQLException {
        var config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        if (readOnly) {
            config.setReadOnly(true);
        }
        var connection = config.createConnection("jdbc:sqlite:file:" + escape(path.toString()) + "?" + parameters);
        try {
            BusyHandler.setHandler(connection, new Persistence());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Asks for a lock every millisecond. SQLite's own handler sleeps up to 100 ms between attempts, and with several hot
     * writers on a rollback-journal database it never comes to read.
     */
    private static final class Persistence extends BusyHandler {
        @Override
        protected int callback(int attempt) {
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return 0;
            }
            return attempt < BUSY_ATTEMPTS ? 1 : 0;
        }
    }

    /** Percent-encodes what has a meaning in SQLite's file URIs, and everything that is not ASCII. */
    private static String escape(String path) {
        var escaped = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b != '%' && b != '?' && b != '#' && b != '&' && b != '=') {
                escaped.append((char) b);
            } else {
                escaped.append(String.format("%%%02X", b));
            }
        }
        return escaped.toString();
    }

    /** The file, with symbolic links followed. */
    public Path path() {
        return path;
    }

    /** Whether this is a snapshot, which nobody writes to. */
    public boolean immutable() {
        return immutable;
    }

    @Override
    public String toString() {
        return path + (immutable ? " (snapshot)" : " (live)");
    }
}
