package dev.ferryman.monitor.internal;

import dev.ferryman.monitor.MonitorLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Removes old samples, and thins good ones after a day: two days of looking every ten seconds are 17,000 samples of each
 * probe that say the same. Several replicas may do it at once.
 */
final class SampleRetention implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(SampleRetention.class);
    private static final Duration EVERY = Duration.ofHours(1);
    private static final Duration WHOLE = Duration.ofDays(1);

    private final MonitorLog log;
    private final Duration retention;
    private final Clock clock;
    private @Nullable ScheduledExecutorService timer;

    /** @param retention how long samples are kept */
    SampleRetention(MonitorLog log, Duration retention, Clock clock) {
        this.log = log;
        this.retention = retention;
        this.clock = clock;
    }

    /** Removes what is due now. */
    void sweep() {
        Instant now = clock.instant();
        int removed = log.removeOlderThan(now.minus(retention));
        int thinned = log.thinOlderThan(now.minus(WHOLE));
        LOG.debug("Removed {} old samples of monitors, and {} between others", removed, thinned);
    }

    private void sweepOrTell() {
        try {
            sweep();
        } catch (RuntimeException e) {
            LOG.warn("Old samples of monitors could not be removed; it is tried again", e);
        }
    }

    @Override
    public synchronized void start() {
        if (timer == null) {
            timer = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("ferryman-sample-retention").factory());
            var _ = timer.scheduleWithFixedDelay(this::sweepOrTell, EVERY.toMillis(), EVERY.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public synchronized void stop() {
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return timer != null;
    }
}
