package dev.ferryman.demo.leavedesk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way to the current database. Maintenance and switching wait for work in flight, so that once they have
 * answered no earlier write is still under way.
 */
final class DatabaseGate implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DatabaseGate.class);

    // Fair, so that a stream of short work cannot keep maintenance waiting for ever.
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
    // SQLite lets one write at a time, and its busy handler serves whoever happens to ask: here everybody has a turn.
    private final ReentrantLock sqliteTurn = new ReentrantLock(true);
    private final Path maintenanceMarker;
    private Database database;
    private volatile boolean maintenance;

    /**
     * @param database in use at first
     * @param maintenanceMarker file that exists while maintenance is on, so that a restart in the middle of it does not
     *        end it
     */
    DatabaseGate(Database database, Path maintenanceMarker) {
        this.database = database;
        this.maintenanceMarker = maintenanceMarker;
        this.maintenance = Files.exists(maintenanceMarker);
    }

    /** Work on one connection. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection, Dialect dialect) throws SQLException;
    }

    /**
     * Reads.
     *
     * @throws RequestRefusedException status 503 where the database fails
     */
    <T> T read(Work<T> work) {
        Lock shared = lock.readLock();
        shared.lock();
        try (Connection connection = database.connection()) {
            return work.on(connection, database.dialect());
        } catch (SQLException e) {
            throw failed("reading", e);
        } finally {
            shared.unlock();
        }
    }

    /**
     * Writes in one transaction and, after its commit and before maintenance or a switch can go ahead, hands the result
     * to {@code acknowledge}.
     *
     * @throws RequestRefusedException status 503 in maintenance and where the database fails; nothing is written then
     */
    <T> T write(Work<T> work, Consumer<T> acknowledge) {
        Lock shared = lock.readLock();
        shared.lock();
        try {
            if (maintenance) {
                throw new RequestRefusedException(503,
                        "The leave desk is in maintenance and read-only. Nothing was written; try again in a few minutes.");
            }
            T result = database.dialect() == Dialect.SQLITE ? inTurn(work) : inTransaction(work);
            acknowledge.accept(result);
            return result;
        } catch (SQLException e) {
            throw failed("writing", e);
        } finally {
            shared.unlock();
        }
    }

    private <T> T inTurn(Work<T> work) throws SQLException {
        sqliteTurn.lock();
        try {
            return inTransaction(work);
        } finally {
            sqliteTurn.unlock();
        }
    }

    private <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection, database.dialect());
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                try {
                    connection.rollback();
                } catch (SQLException second) {
                    e.addSuppressed(second);
                }
                throw e;
            }
        }
    }

    private RequestRefusedException failed(String doing, SQLException e) {
        return new RequestRefusedException(503,
                database.dialect().label() + " refused while " + doing + ": " + e.getMessage(), e);
    }

    /** Whether writes are refused now. */
    boolean maintenance() {
        return maintenance;
    }

    /** Turns maintenance on or off. Returns when no write that was let in before is still under way. */
    void maintenance(boolean on) {
        Lock exclusive = lock.writeLock();
        exclusive.lock();
        try {
            if (maintenance != on) {
                log.info("Maintenance is {}", on ? "on: writes are refused" : "off: writes are taken again");
            }
            if (on) {
                // Writes are refused even where the marker cannot be written.
                maintenance = true;
                Files.writeString(maintenanceMarker, "");
            } else {
                Files.deleteIfExists(maintenanceMarker);
                maintenance = false;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The marker " + maintenanceMarker + " cannot be changed", e);
        } finally {
            exclusive.unlock();
        }
    }

    /**
     * Opens the database at {@code url}, waits for work in flight on the one in use and takes over. Where both are the
     * same nothing happens. {@code commit} runs just before the change: if it throws, the old database stays.
     *
     * @return whether the database changed
     * @throws RequestRefusedException status 409, the old database staying in use
     */
    boolean switchTo(DatabaseUrl url, Runnable commit) {
        if (url.equals(url())) {
            commit.run();
            return false;
        }
        Database next = Database.open(url);
        Database previous;
        Lock exclusive = lock.writeLock();
        exclusive.lock();
        try {
            commit.run();
            previous = database;
            database = next;
        } catch (RuntimeException e) {
            next.close();
            throw e;
        } finally {
            exclusive.unlock();
        }
        previous.close();
        log.info("The leave desk now runs on {}", url.display());
        return true;
    }

    DatabaseUrl url() {
        Lock shared = lock.readLock();
        shared.lock();
        try {
            return database.url();
        } finally {
            shared.unlock();
        }
    }

    Database.PoolState pool() {
        Lock shared = lock.readLock();
        shared.lock();
        try {
            return database.poolState();
        } finally {
            shared.unlock();
        }
    }

    /** Waits for work in flight and closes the pool. */
    @Override
    public void close() {
        Lock exclusive = lock.writeLock();
        exclusive.lock();
        try {
            maintenance = true;
            database.close();
        } finally {
            exclusive.unlock();
        }
    }
}
