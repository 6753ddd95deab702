package dev.ferryman.copy.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Runs the same work in several threads until the first fails or the caller is interrupted; then the others' connections
 * are cut off, which rolls their transactions back, and everybody is waited for.
 */
final class Workers {
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /** A worker names its connection, so that it can be cut off while it waits for PostgreSQL. */
    void working(Connection connection) throws SQLException {
        connections.add(connection);
        if (cut) {
            connection.abort(Runnable::run);
        }
    }

    /**
     * Runs the work so many times at once and returns when all have returned.
     *
     * @throws InterruptedException if the caller was interrupted; no transaction is left open
     */
    void run(int times, Callable<?> work) throws SQLException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(times,
                Thread.ofPlatform().daemon().name("ferryman-copy-", 0).factory());
        var finished = new ExecutorCompletionService<Object>(threads);
        List<Future<Object>> futures = new ArrayList<>();
        try {
            for (int i = 0; i < times; i++) {
                futures.add(finished.submit(() -> work.call()));
            }
            for (int i = 0; i < times; i++) {
                finished.take().get();
            }
        } catch (ExecutionException e) {
            cutOff(futures);
            rethrow(e.getCause());
        } catch (InterruptedException e) {
            cutOff(futures);
            throw e;
        } finally {
            threads.shutdownNow();
            awaitEnd(threads);
        }
    }

    private void cutOff(List<Future<Object>> futures) {
        cut = true;
        futures.forEach(future -> future.cancel(true));
        for (Connection connection : connections) {
            try {
                // Tells the server first: closing the socket alone would let a long CREATE INDEX run to its end.
                connection.unwrap(PGConnection.class).cancelQuery();
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                // Closed already: nothing is left to be cut off.
            }
        }
    }

    private static void awaitEnd(ExecutorService threads) {
        boolean interrupted = false;
        while (true) {
            try {
                if (threads.awaitTermination(1, TimeUnit.HOURS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(@Nullable Throwable cause) throws SQLException, InterruptedException {
        switch (cause) {
            case SQLException e -> throw e;
            case InterruptedException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> throw new IllegalStateException(cause);
        }
    }
}
