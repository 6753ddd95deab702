package dev.ferryman.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until a test moves it. */
public final class TestClock extends Clock {
    private final AtomicReference<Instant> now;

    /** Stands at that instant. */
    public TestClock(Instant now) {
        this.now = new AtomicReference<>(now);
    }

    /** Goes forward. */
    public void advance(Duration by) {
        now.updateAndGet(instant -> instant.plus(by));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** Ignores the zone: everything in the service is an instant. */
    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
