package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Whether a target answers, asked with a limit that a page can wait for. */
final class TargetPulse {
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
        try {
            return BoundedLook.ask(() -> ask(target));
        } catch (TimeoutException _) {
            return silent("within " + BoundedLook.LIMIT.toSeconds() + " s");
        } catch (ExecutionException e) {
            return silent(": " + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return silent("before this process had to stop");
        }
    }

    private static Pulse ask(PostgresTarget target) throws SQLException {
        try (var connection = target.connect(); var statement = connection.createStatement()) {
            statement.setQueryTimeout((int) BoundedLook.LIMIT.toSeconds());
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
