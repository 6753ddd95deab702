package dev.ferryman.verify;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanHash;
import dev.ferryman.verify.internal.VerificationRun;

/**
 * Compares every row and every value of a snapshot with the target, then the target's structure with the plan. Reads
 * only, its own notes aside. Both sides are streamed, so memory does not grow with rows; the target is seen as of one moment.
 */
public final class Verification {
    private Verification() {}

    /**
     * Runs a verification to its end.
     *
     * <p>Whatever the values are, they end in differences, never in an exception. A side that cannot be read any more
     * ends in a result with {@link Verdict#ERROR}, or {@link Verdict#FAILED} if differences were found before.
     *
     * @param snapshot the file that the plan was made from and the copy was read from
     * @param listener called from several threads
     * @throws InterruptedException if the calling thread is interrupted; everything has stopped then
     */
    public static VerificationResult run(SqliteSource snapshot, PostgresTarget target, Plan plan, VerifyOptions options,
            VerifyListener listener) throws InterruptedException {
        return new VerificationRun(snapshot, target, plan, options, listener).run();
    }

    /**
     * Runs a verification that goes on after what it had finished where it is interrupted: tables, and key ranges of large
     * tables, that were found equal are noted in the ledger of the copy in the target, under the snapshot and the plan. A
     * noted part is not compared again where the target proves that none of its rows was written or deleted since; the
     * snapshot is named by its checksum. Where the target remembers no finished copy of this snapshot, or cannot be written
     * to, everything is compared. A verification that comes to its end removes its notes.
     *
     * @param snapshotSha256 of the snapshot
     * @throws InterruptedException as above; what was finished is noted
     */
    public static VerificationResult resumable(SqliteSource snapshot, String snapshotSha256, PostgresTarget target,
            Plan plan, VerifyOptions options, VerifyListener listener) throws InterruptedException {
        return new VerificationRun(snapshot, target, plan, options, listener).remembering(snapshotSha256,
                PlanHash.of(plan)).run();
    }
}
