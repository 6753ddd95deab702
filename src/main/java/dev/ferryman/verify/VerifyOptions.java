package dev.ferryman.verify;

/**
 * How a verification runs.
 *
 * @param jobs tables, or key ranges of large tables, that are compared at the same time; each has one connection to
 *        either side
 * @param listedPerTable differences that are listed per table, at most; all are counted
 */
public record VerifyOptions(int jobs, int listedPerTable) {
    /** Differences listed per table unless said otherwise. */
    public static final int LISTED_PER_TABLE = 100;

    public VerifyOptions {
        if (jobs < 1) {
            throw new IllegalArgumentException("jobs is " + jobs + ", must be at least 1");
        }
        if (listedPerTable < 0) {
            throw new IllegalArgumentException("listedPerTable is " + listedPerTable + ", must not be negative");
        }
    }

    /** One job per processor, at least two and at most eight. */
    public static VerifyOptions defaults() {
        return withJobs(Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8));
    }

    /** The defaults with so many jobs. */
    public static VerifyOptions withJobs(int jobs) {
        return new VerifyOptions(jobs, LISTED_PER_TABLE);
    }
}
