package dev.ferryman.copy;

/**
 * Who works on a copy. A copy has one owner at a time; the target itself holds the proof, in a session lock and in the
 * job's row, and every transaction of the copy checks it.
 */
public sealed interface JobOwner {
    /** Identifies the copy across restarts; the same for all its attempts. */
    String job();

    /**
     * Somebody without a lease, such as the command line: gets the job only when nobody else works on it.
     *
     * @param job identifies the copy
     */
    record Alone(String job) implements JobOwner {
        public Alone {
            requireName(job);
        }
    }

    /**
     * The holder of a lease. A higher generation takes the job over from a lower one, whose open transactions are ended
     * and which can commit nothing more.
     *
     * @param job identifies the copy
     * @param generation the lease's fencing token, growing with every new holder
     * @param confirm asks whoever gave the lease whether it still holds, and throws where it does not: a target that has
     *        forgotten the job remembers no generation
     */
    record Leased(String job, long generation, Runnable confirm) implements JobOwner {
        public Leased {
            requireName(job);
            if (generation < 1) {
                throw new IllegalArgumentException("generations start at 1, not " + generation);
            }
        }

        /** Of somebody nobody else competes with. */
        public Leased(String job, long generation) {
            this(job, generation, () -> {});
        }
    }

    private static void requireName(String job) {
        if (job.isBlank()) {
            throw new IllegalArgumentException("a job has a name");
        }
    }
}
