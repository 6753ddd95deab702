package dev.ferryman.cutover.internal;

import dev.ferryman.replication.FaultPoint;
import dev.ferryman.runbook.StepContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Tells the step's page what a handover of writes is at, and remembers since when writers wait. */
final class FreezeMoments implements FaultPoint {
    /** Item of the step's progress: how long writers wait, of the time they may wait at most. */
    static final String CLOCK = "milliseconds writers wait";
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("freeze-locked", "Writers wait; readers go on."),
            Map.entry("freeze-drained", "Everything written has arrived."),
            Map.entry("freeze-proved", "The rows that changed are equal on both sides."),
            Map.entry("freeze-committed", "SQLite is fenced: the point of no return."),
            Map.entry("freeze-opened", "PostgreSQL takes writes."),
            Map.entry("back-locked", "Writers wait; readers go on."),
            Map.entry("back-drained", "Everything written has arrived."),
            Map.entry("back-proved", "The rows that changed are equal on both sides."),
            Map.entry("back-closed", "PostgreSQL is shut."),
            Map.entry("back-committed", "SQLite takes writes again: the point of no return."));

    private final StepContext context;
    private final Duration budget;
    private volatile long locked;

    FreezeMoments(StepContext context, Duration budget) {
        this.context = context;
        this.budget = budget;
    }

    @Override
    public void reached(String name) {
        if (name.endsWith("-locked")) {
            locked = System.nanoTime();
        }
        String words = WORDS.get(name);
        if (words != null) {
            context.output(words);
            context.progress(CLOCK, waited(), budget.toMillis(), 0);
        }
    }

    private long waited() {
        return locked == 0 ? 0 : Duration.ofNanos(System.nanoTime() - locked).toMillis();
    }

    /** {@link System#nanoTime()} when writers began to wait, empty where they have not. */
    Optional<Long> lockedAt() {
        return locked == 0 ? Optional.empty() : Optional.of(locked);
    }
}
