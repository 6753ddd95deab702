package dev.ferryman.replication;

/**
 * Who works on a cutover. Every transaction that changes something checks the generation, on either side, so that a
 * process that was stalled and wakes up can change nothing ({@code DESIGN.md} § 2.6).
 *
 * @param job identifies the cutover across restarts
 * @param generation the lease's fencing token, growing with every new holder; from 1
 */
public record Lease(String job, long generation) {
    public Lease {
        if (job.isBlank()) {
            throw new IllegalArgumentException("a job has a name");
        }
        if (generation < 1) {
            throw new IllegalArgumentException("generations start at 1, not " + generation);
        }
    }
}
