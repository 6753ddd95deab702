package dev.ferryman.copy;

/**
 * How a copy is run.
 *
 * @param owner who runs it
 * @param jobs parallel connections that load, and later build indexes
 */
public record CopyOptions(JobOwner owner, int jobs) {
    /** More connections than this only wait for each other. */
    public static final int MOST_JOBS = 64;

    public CopyOptions {
        if (jobs < 1 || jobs > MOST_JOBS) {
            throw new IllegalArgumentException("jobs is " + jobs + ", must be 1 to " + MOST_JOBS);
        }
    }

    /** Parallel connections unless said otherwise: one per processor, two to eight. */
    public static int defaultJobs() {
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
    }
}
