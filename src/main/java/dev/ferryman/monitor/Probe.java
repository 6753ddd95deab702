package dev.ferryman.monitor;

import java.time.Clock;

/** Takes samples. Changes nothing. */
@FunctionalInterface
public interface Probe {
    /** Looks once. Never throws for what it sees: that is in the sample. */
    Sample look(Clock clock) throws InterruptedException;
}
