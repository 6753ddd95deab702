package dev.ferryman.replication;

/**
 * Who works on a cutover. Every transaction that changes something checks the generation, on either side, so that a
 * process that was stalled and wakes up can change nothing ({@code DESIGN.md} § 2.6).
 *
 * @param job identifies the cutover across restarts
 * @param generation the lease's fencing token, growing with every new holder; from 1
 * @param confirm asks whoever gave the lease whether it still holds, and throws where it does not. Needed where neither side
 *        remembers a generation: before the first thing is put there, and while the last is taken away
 */
public record Lease(String job, long generation, Runnable confirm) {
    public Lease {
        if (job.isBlank()) {
            throw new IllegalArgumentException("a job has a name");
        }
        if (generation < 1) {
            throw new IllegalArgumentException("generations start at 1, not " + generation);
        }
    }

    /** Of somebody nobody else competes with. */
    public Lease(String job, long generation) {
        this(job, generation, () -> {});
    }
}
