package dev.ferryman.replication;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.internal.CaptureRemoval;
import dev.ferryman.replication.internal.CaptureStore;
import dev.ferryman.replication.internal.CaptureTrial;
import dev.ferryman.replication.internal.DriftCheck;
import dev.ferryman.replication.internal.Fence;
import dev.ferryman.replication.internal.Installation;
import dev.ferryman.replication.internal.Purge;
import dev.ferryman.schema.Plan;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Change capture on the live source: one change table and a handful of key-only triggers per table
 * ({@code DESIGN.md} § 2.1). It comes before the snapshot, whose change tables then tell where the catch-up begins.
 *
 * <p>Installing and removing are one transaction each. The application goes on writing; its connections pick the
 * triggers up with their next statement, whatever library and version they use. An application that switches triggers
 * off on its connections ({@code SQLITE_DBCONFIG_ENABLE_TRIGGER}) cannot be captured; verification finds that.
 */
public final class Capture {
    private final SqliteSource live;
    private final Clock clock;
    private final Duration lockLimit;

    /**
     * @param live the application's file
     * @param clock the time that is written down
     * @param lockLimit how long the write lock is waited for at most
     */
    public Capture(SqliteSource live, Clock clock, Duration lockLimit) {
        this.live = live;
        this.clock = clock;
        this.lockLimit = lockLimit;
    }

    /**
     * What {@link #install} would do to each table of a plan, without doing it: tables without a usable key are named
     * with what is done instead.
     *
     * @throws BadInputException as {@link #install} does because of the plan
     */
    public List<CapturedTable> preview(Plan plan) {
        return call(() -> Installation.preview(live, plan));
    }

    /**
     * Measures what capture would cost an application that commits row by row: on a file of its own, with some rows of the
     * largest table. Takes seconds.
     *
     * @param directory where that file is made, and removed again
     * @return empty where no table with rows is followed by key
     */
    public Optional<CaptureCost> cost(Plan plan, Path directory) {
        return call(() -> CaptureTrial.run(live, plan, Installation.preview(live, plan), directory));
    }

    /**
     * Installs the capture. Where the same one is there already nothing happens.
     *
     * @throws BadInputException if a table of the plan is missing or changed, or another capture is installed; or if the
     *         plan sends rows to quarantine or turns empty texts into NULL, which cannot be carried back
     * @throws ReplicationFailedException if the lock was not free in time, or a newer generation took the cutover over
     */
    public CaptureState install(Plan plan, Lease lease) throws InterruptedException {
        return call(() -> new Installation(live, clock, lockLimit).install(plan, lease));
    }

    /** The capture as it is installed; empty where there is none. */
    public Optional<CaptureState> find() {
        return call(() -> {
            try (Connection connection = live.connect()) {
                return CaptureStore.read(connection);
            }
        });
    }

    /** Since when the source refuses writes because they went to the target; empty where it takes them. */
    public Optional<PointOfNoReturn> fenced() {
        return call(() -> {
            try (Connection connection = live.connect()) {
                return Fence.read(connection);
            }
        });
    }

    /**
     * What has changed on the source since the capture was installed, and would make changes go missing; empty where it
     * can be relied on. Costs one read of the schema.
     */
    public List<Drift> drift() {
        return call(() -> {
            try (Connection connection = live.connect()) {
                return DriftCheck.run(connection, live);
            }
        });
    }

    /**
     * Forgets recorded keys that are no longer needed, in short transactions; the last one of each table stays, so that
     * numbers never start over.
     *
     * @param upTo last number that is no longer needed, by number of the table
     * @return keys forgotten
     */
    public long purge(Map<Integer, Long> upTo, Lease lease) throws InterruptedException {
        return call(() -> new Purge(live, lockLimit).run(upTo, lease));
    }

    /**
     * Removes everything of Ferryman from the source and brings the application's own triggers back where the fence had
     * set them aside. Does nothing where nothing is installed.
     */
    public void remove() throws InterruptedException {
        call(() -> {
            CaptureRemoval.run(live, null, lockLimit);
            return true;
        });
    }

    /**
     * The same for the holder of a lease.
     *
     * @throws ReplicationFailedException if a newer generation or another cutover works on the source; nothing was changed
     */
    public void remove(Lease lease) throws InterruptedException {
        call(() -> {
            CaptureRemoval.run(live, lease, lockLimit);
            return true;
        });
    }

    private interface Work<T, E extends Exception> {
        T run() throws SQLException, E;
    }

    private <T, E extends Exception> T call(Work<T, E> work) throws E {
        try {
            return work.run();
        } catch (SQLException e) {
            throw new ReplicationFailedException("The source " + live.path() + " could not be worked on: "
                    + e.getMessage(),
                    "What was not committed was rolled back and the application goes on. Look after the file, then try"
                            + " again.",
                    e);
        }
    }
}
