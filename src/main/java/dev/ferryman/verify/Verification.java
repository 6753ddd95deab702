package dev.ferryman.verify;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.verify.internal.VerificationRun;

/**
 * Compares every row and every value of a snapshot with the target, then the target's structure with the plan. Reads
 * only. Both sides are streamed, so memory does not grow with rows; the target is seen as of one moment.
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
}
