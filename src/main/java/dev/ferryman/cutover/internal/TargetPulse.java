package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether a target answers, asked with a limit that a page can wait for. */
final class TargetPulse {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private TargetPulse() {}

    /**
     * What was found.
     *
     * @param answers    whether it answers
     * @param takesWrites whether it is no standby; false where it does not answer
     * @param sentence   the same for people
     */
    record Pulse(boolean answers, boolean takesWrites, String sentence) {}

    static Pulse of(PostgresTarget target) {
        var asking = new FutureTask<>(() -> ask(target));
        Thread.ofVirtual().name("target-pulse").start(asking);
        try {
            return asking.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            asking.cancel(true);
            return silent("within " + LIMIT.toSeconds() + " s");
        } catch (ExecutionException e) {
            return silent(": " + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return silent("before this process had to stop");
        }
    }

    private static Pulse ask(PostgresTarget target) throws SQLException {
        try (var connection = target.connect(); var statement = connection.createStatement()) {
            statement.setQueryTimeout((int) LIMIT.toSeconds());
            try (var row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
                boolean standby = row.next() && row.getBoolean(1);
                return new Pulse(true, !standby, standby
                        ? "PostgreSQL answers, but is a standby and takes no writes."
                        : "PostgreSQL answers and takes writes.");
            }
        } catch (BadInputException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    private static Pulse silent(String how) {
        return new Pulse(false, false,
                "PostgreSQL does not answer" + (how.startsWith(":") ? how : " " + how) + ".");
    }
}
