package dev.ferryman.copy;

import dev.ferryman.copy.internal.CopySteps;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies a snapshot into PostgreSQL as a plan says ({@code DESIGN.md} § 2.3), in three steps. Each may be run again at
 * any time, by this process or another: what is done is found in the target and skipped, and every chunk of rows is there
 * once or not at all, whatever was killed at whatever moment.
 *
 * <p>An interrupt of the calling thread ends a step with {@link InterruptedException}; open transactions are rolled back
 * and the step can be run again. A lost connection or a value that does not fit ends it with
 * {@link CopyFailedException}.
 */
public final class CopyJob {
    private final PostgresTarget target;
    private final CopySteps steps;

    /**
     * @param snapshot a finished snapshot, never a live file
     * @param sha256 its SHA-256, as taken with it
     * @param target where the rows go
     * @param plan what becomes what
     * @param options who copies, and with how many connections
     * @param listener hears how it goes on
     * @throws BadInputException if the plan has blockers
     */
    public CopyJob(SqliteSource snapshot, String sha256, PostgresTarget target, Plan plan, CopyOptions options,
            CopyListener listener) {
        if (!snapshot.immutable()) {
            throw new IllegalArgumentException("rows are copied from a snapshot, not from the live file");
        }
        if (!plan.possible()) {
            throw new BadInputException("The plan has blockers, so nothing is copied.",
                    "Read the plan's findings and settle them first.");
        }
        this.target = target;
        this.steps = new CopySteps(snapshot, sha256, target, plan, options, listener);
    }

    /**
     * Makes the target ready: in created mode it must not have tables of the plan's names, which are created without
     * indexes and constraints; in existing mode the tables must be there and empty. What is made is remembered in the
     * target's schema {@code ferryman}.
     *
     * @throws BadInputException if the target is not empty, is used by another copy, or holds a copy begun from another
     *         snapshot or with another plan; nothing was changed
     */
    public void prepare() throws InterruptedException {
        call(steps::prepare);
    }

    /**
     * Copies all rows that are not there yet.
     *
     * @throws CopyFailedException naming table, key and column where a value does not fit
     */
    public CopyResult backfill() throws InterruptedException {
        List<CopyResult> result = new ArrayList<>();
        call(() -> result.add(steps.backfill()));
        return result.getFirst();
    }

    /**
     * Builds keys, indexes and constraints, sets sequences past every id the source has given out, gathers statistics.
     *
     * @throws CopyFailedException if PostgreSQL refuses one; the rows stay
     */
    public void finish() throws InterruptedException {
        call(steps::finish);
    }

    private interface Step {
        void run() throws SQLException, InterruptedException;
    }

    private void call(Step step) throws InterruptedException {
        try {
            step.run();
        } catch (SQLException e) {
            // Whoever interrupts has the connections cut off: what is reported then is the interrupt.
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new CopyFailedException("The copy into " + target.display() + " stopped: " + e.getMessage(),
                    "What was committed stays, exactly once. Look after the target, then run the same copy again.", e);
        }
    }
}
