package dev.ferryman.monitor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Takes samples. Changes nothing. */
@FunctionalInterface
public interface Probe {
    /** Looks once. Never throws for what it sees: that is in the sample. */
    Sample look(Clock clock) throws InterruptedException;

    /**
     * What it would have seen while nobody looked, oldest first; empty where nobody can tell.
     *
     * @param after only samples after this instant
     * @param before only samples before this instant
     * @param apart time between two of them
     */
    default List<Sample> past(Instant after, Instant before, Duration apart) throws InterruptedException {
        return List.of();
    }
}
