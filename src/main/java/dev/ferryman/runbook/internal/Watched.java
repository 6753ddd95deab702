package dev.ferryman.runbook.internal;

import java.time.Duration;

/** A run that {@link Watch} looks after. */
interface Watched {
    /** The right to act. */
    Leases.Lease lease();

    /** For how long it has run. */
    Duration ran();

    /** Stores what was reported since the last time. */
    void flush();
}
