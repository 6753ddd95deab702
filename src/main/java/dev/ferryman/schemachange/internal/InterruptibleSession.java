package dev.ferryman.schemachange.internal;

import dev.ferryman.endpoint.PostgresTarget;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;

/** Work on a connection of its own, which the server is told to give up when the caller is interrupted. */
public final class InterruptibleSession {
    private static final long CANCEL_AGAIN_MILLIS = 200;

    private InterruptibleSession() {}

    /** Something is done with a connection. */
    @FunctionalInterface
    public interface Work<T> {
        T with(Connection connection) throws SQLException, InterruptedException;
    }

    /**
     * Does it in a thread of its own, since the driver does not hear an interrupt.
     *
     * @throws SQLException what the server said
     * @throws InterruptedException if the caller was interrupted; the work has ended by then
     */
    public static <T> T run(PostgresTarget target, Work<T> work) throws SQLException, InterruptedException {
        try (Connection connection = target.connect();
                var worker = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("schema-change").factory())) {
            Future<T> done = worker.submit(() -> work.with(connection));
            try {
                return done.get();
            } catch (InterruptedException e) {
                done.cancel(true);
                worker.shutdown();
                // An index build would go on for hours where nobody told the server; a first word may come between two.
                while (!worker.awaitTermination(CANCEL_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                    connection.unwrap(PGConnection.class).cancelQuery();
                }
                throw e;
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case SQLException cause -> throw cause;
                case null, default -> throw new IllegalStateException("The work on the database ended", e.getCause());
            }
        }
    }
}
