package dev.ferryman.schema.internal;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.endpoint.ValueTooLongException;
import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Threads that read a file together, each with a reader of its own. */
final class Readers {
    /** Values of more bytes are read by one thread at a time. */
    static final int LONGEST_VALUE = 8 * 1024 * 1024;

    private final SqliteSource source;
    private final int threads;
    private final ConcurrentHashMap.KeySetView<SqliteReader, Boolean> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    Readers(SqliteSource source, int threads) {
        this.source = source;
        this.threads = threads;
    }

    /** Some work with a reader. */
    interface Task {
        void run(SqliteReader reader) throws SQLException, InterruptedException;
    }

    /**
     * Runs all tasks and returns when none is running any more. To be called once.
     *
     * @throws InterruptedException if the caller was interrupted
     * @throws SQLException the first that a task threw; the others were stopped
     */
    void run(List<Task> tasks) throws SQLException, InterruptedException {
        Queue<Task> waiting = new ConcurrentLinkedQueue<>(tasks);
        var workers = Math.min(threads, tasks.size());
        var executor = Executors.newFixedThreadPool(Math.max(1, workers),
                Thread.ofPlatform().daemon().name("ferryman-profile-", 0).factory());
        var finished = new ExecutorCompletionService<Void>(executor);
        try {
            for (var i = 0; i < workers; i++) {
                finished.submit(() -> {
                    work(waiting);
                    return null;
                });
            }
            for (var i = 0; i < workers; i++) {
                finished.take().get();
            }
        } catch (ExecutionException e) {
            rethrow(e.getCause());
        } finally {
            stop(executor);
        }
    }

    /**
     * Runs a task, once more with a reader that takes every value where one is too long.
     *
     * @param turn held while such values are in memory
     */
    static void patiently(SqliteReader reader, Object turn, Task task) throws SQLException, InterruptedException {
        try {
            task.run(reader);
        } catch (ValueTooLongException e) {
            synchronized (turn) {
                // sqlite-jdbc's SQLite knows octet_length; the system's may be too old for it.
                try (var patient = new SqliteReader(reader.source(), Integer.MAX_VALUE, 0, false)) {
                    task.run(patient);
                }
            }
        }
    }

    private void work(Queue<Task> waiting) throws SQLException, InterruptedException {
        try (var reader = new SqliteReader(source, LONGEST_VALUE, LONGEST_VALUE)) {
            open.add(reader);
            for (var task = waiting.poll(); task != null && !stopped; task = waiting.poll()) {
                task.run(reader);
            }
            open.remove(reader);
        }
    }

    /** Waits for the end, which after a failure or an interrupt has to be brought about. */
    private void stop(ExecutorService executor) throws SQLException {
        stopped = true;
        executor.shutdownNow();
        var interrupted = false;
        while (!executor.isTerminated()) {
            for (var reader : open) {
                reader.interrupt();
            }
            try {
                executor.awaitTermination(100, TimeUnit.MILLISECONDS);
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
