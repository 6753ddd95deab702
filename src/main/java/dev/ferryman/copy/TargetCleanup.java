package dev.ferryman.copy;

import dev.ferryman.copy.internal.Cleanup;
import dev.ferryman.copy.internal.Ledger;
import dev.ferryman.copy.internal.QuarantineTable;
import dev.ferryman.copy.internal.TargetLease;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Removes what copies have left in a target. Objects that others have built upon it are never dropped along with it.
 * Running it again is harmless.
 */
public final class TargetCleanup {
    private final PostgresTarget target;

    public TargetCleanup(PostgresTarget target) {
        this.target = target;
    }

    /**
     * A copy that the target remembers.
     *
     * @param job identifies it
     * @param finished whether it came to its end
     * @param snapshotFile file name of its snapshot
     * @param snapshotSha256 SHA-256 of its snapshot
     */
    public record RememberedCopy(String job, boolean finished, String snapshotFile, String snapshotSha256) {}

    /**
     * The copies that the target remembers, oldest first.
     *
     * @throws CopyFailedException if the target cannot be asked
     */
    public List<RememberedCopy> copies() {
        try (Connection connection = target.connect()) {
            return Ledger.jobs(connection).stream().map(job -> new RememberedCopy(job.id(),
                    job.state() == Ledger.State.FINISHED, job.snapshotFile(), job.snapshotSha256())).toList();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * Forgets a copy and keeps its data: for when it is done. Schema {@code ferryman} goes with the last copy, unless rows
     * stay in quarantine.
     *
     * @param quarantine whether its rows in quarantine go too
     * @throws BadInputException if another process works on the target
     * @throws CopyFailedException if the target refused; nothing was changed
     */
    public void forget(JobOwner owner, boolean quarantine) throws InterruptedException {
        run(owner, false, quarantine);
    }

    /**
     * Undoes a copy: drops every table, type and extension it made, empties the tables that it found empty and filled,
     * and forgets it. For the rollback and for a copy that is given up.
     *
     * @throws BadInputException if another process works on the target
     * @throws CopyFailedException if something depends on what would be dropped; nothing was changed
     */
    public void undo(JobOwner owner) throws InterruptedException {
        run(owner, true, true);
    }

    /**
     * Rows that are in quarantine, of all copies, also of those that are forgotten.
     *
     * @throws CopyFailedException if the target cannot be asked
     */
    public long quarantined() {
        try (Connection connection = target.connect()) {
            return QuarantineTable.rows(connection);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * Removes all rows from quarantine, also of copies that are forgotten, and schema {@code ferryman} if nothing else is
     * in it.
     *
     * @throws BadInputException if another process works on the target
     * @throws CopyFailedException if the target refused; nothing was changed
     */
    public void dropQuarantine(JobOwner owner) throws InterruptedException {
        try (TargetLease lease = TargetLease.take(target, owner)) {
            QuarantineTable.drop(lease.connection());
            Ledger.dropEmptySchema(lease.connection());
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private void run(JobOwner owner, boolean data, boolean quarantine) throws InterruptedException {
        try (TargetLease lease = TargetLease.take(target, owner)) {
            if (Ledger.exists(lease.connection())) {
                new Cleanup(lease.connection()).run(owner.job(), data, quarantine);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private CopyFailedException failed(SQLException e) {
        return new CopyFailedException("The target " + target.display() + " answered: " + e.getMessage(),
                "Nothing was changed. Look after the target, then try again.", e);
    }
}
