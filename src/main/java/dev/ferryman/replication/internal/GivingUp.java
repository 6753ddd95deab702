package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.Lease;
import dev.ferryman.replication.Loss;
import dev.ferryman.replication.PointOfNoReturn;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Lifts the fence where the target is gone. */
public final class GivingUp {
    private GivingUp() {}

    /** See {@code SwitchBack.withoutTarget}. */
    public static Loss run(SqliteSource live, PostgresTarget target, Lease lease, Clock clock, Duration lockLimit)
            throws SQLException, InterruptedException {
        requireGone(target);
        try (SourceWrite write = SourceWrite.begin(live, lockLimit)) {
            Connection source = write.connection();
            PointOfNoReturn fence = Fence.read(source).orElseThrow(() -> new BadInputException(
                    "The source is not fenced: the application writes there.", "There is nothing to give back."));
            CaptureStore.claim(source, lease);
            Loss loss = Sql.query(source, "SELECT reversed_at, coalesce(reverse_backlog, 0) FROM " + Names.STATE,
                    row -> new Loss(fence.at(), row.getString(1) == null ? null : Instant.parse(row.getString(1)),
                            row.getLong(2)))
                    .getFirst();
            Fence.takeDown(source);
            FullText.rebuild(source);
            Sql.update(source, "UPDATE " + Names.STATE + " SET fenced_at = NULL, returned_at = ?, fence_generation = ?",
                    clock.instant().toString(), lease.generation());
            write.commit(lockLimit);
            return loss;
        }
    }

    /** Both sides must never take writes: a target that answers is drained and shut the ordinary way. */
    private static void requireGone(PostgresTarget target) {
        try (Connection _ = target.connect()) {
            throw new BadInputException("The target " + target.display() + " answers.",
                    "Roll back the ordinary way, which loses nothing. If it must not be used any more, stop the server"
                            + " first.");
        } catch (SQLException gone) {
            // As it has to be.
        }
    }
}
