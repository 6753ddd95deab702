package dev.ferryman.runbook.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after what is being run in this process: stores what they write, shows that they live, and stops those that
 * were revoked, have run out of time, or must give way to a shutdown.
 */
final class Watch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("step-watch").daemon().factory());
    private final Leases leases;
    private final ChangeFeed changes;
    private final ExecutionSettings settings;
    private final Clock clock;
    private volatile boolean shuttingDown;
    private Instant lookedAt = Instant.MIN;

    /** Why an attempt was told to stop. */
    enum Stop {
        /** It was not. */
        NONE,
        /** It may act no more: cancelled, forced, taken over. */
        REVOKED,
        /** Its time is up. */
        TIMED_OUT,
        /** Its time was up, it did not stop within the grace, and its end was recorded without it. */
        ABANDONED,
        /** The process ends; somebody will go on. */
        SHUTDOWN
    }

    Watch(Leases leases, ChangeFeed changes, ExecutionSettings settings, Clock clock) {
        this.leases = leases;
        this.changes = changes;
        this.settings = settings;
        this.clock = clock;
    }

    /** One run under watch, of an attempt or a companion, by the thread that entered it. */
    final class Entry {
        private final Watched run;
        private final Thread thread = Thread.currentThread();
        private final @Nullable Duration timeout;
        private final Runnable abandon;
        private Stop stop = Stop.NONE;
        private @Nullable Instant stoppedAt;
        private Instant beatAt;
        private boolean left;

        private Entry(Watched run, @Nullable Duration timeout, Runnable abandon) {
            this.run = run;
            this.timeout = timeout;
            this.abandon = abandon;
            this.beatAt = clock.instant();
        }

        /** The action has returned; nothing interrupts this thread from here on. Why it was stopped, if it was. */
        Stop leave() {
            synchronized (this) {
                left = true;
            }
            entries.remove(run.lease().name(), this);
            // An interrupt that came too late for the action must not hit what follows.
            Thread.interrupted();
            return stop;
        }

        private synchronized void stop(Stop why) {
            if (!left && stop == Stop.NONE) {
                stop = why;
                stoppedAt = clock.instant();
                thread.interrupt();
            }
        }

        private synchronized boolean abandoned() {
            Instant since = stoppedAt;
            if (left || stop != Stop.TIMED_OUT || since == null
                    || clock.instant().isBefore(since.plus(settings.grace()))) {
                return false;
            }
            stop = Stop.ABANDONED;
            return true;
        }

        /** An owner told to stop shows signs of life for the grace only, so that what waits for it can go on. */
        private synchronized boolean beats() {
            return stoppedAt == null || clock.instant().isBefore(stoppedAt.plus(settings.grace()));
        }

        private void tick(boolean look) {
            run.flush();
            if (timeout != null && run.ran().compareTo(timeout) >= 0) {
                stop(Stop.TIMED_OUT);
            }
            Instant now = clock.instant();
            if (beats() && !now.isBefore(beatAt.plus(settings.heartbeat()))) {
                beatAt = now;
                if (!leases.beat(run.lease(), run.ran())) {
                    stop(Stop.REVOKED);
                }
            } else if (look && !leases.holds(run.lease())) {
                stop(Stop.REVOKED);
            }
            if (abandoned()) {
                abandon.run();
            }
        }
    }

    void start() {
        var _ = ticker.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Puts an attempt run by the calling thread under watch.
     *
     * @param abandon called when the attempt was timed out and did not stop within the grace
     */
    Entry enter(Watched run, @Nullable Duration timeout, Runnable abandon) {
        Entry entry = new Entry(run, timeout, abandon);
        entries.put(run.lease().name(), entry);
        if (shuttingDown) {
            entry.stop(Stop.SHUTDOWN);
        }
        return entry;
    }

    /** Whether a thread of this process is in the middle of the attempt. */
    boolean runs(String cutoverId, String stepKey, int attempt) {
        return entries.containsKey(cutoverId + "/" + stepKey + "/" + attempt);
    }

    /** Stops an attempt that may act no more, if it is run here. */
    void revoked(String cutoverId, String stepKey, int attempt) {
        Entry entry = entries.get(cutoverId + "/" + stepKey + "/" + attempt);
        if (entry != null) {
            entry.stop(Stop.REVOKED);
        }
    }

    /** Stops everything; whoever starts next goes on with it. */
    void shutDown() {
        shuttingDown = true;
        entries.values().forEach(entry -> entry.stop(Stop.SHUTDOWN));
    }

    boolean shuttingDown() {
        return shuttingDown;
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }

    private void tick() {
        Instant now = clock.instant();
        boolean look = !now.isBefore(lookedAt.equals(Instant.MIN) ? now : lookedAt.plus(LOOK));
        if (look) {
            lookedAt = now;
        }
        for (Entry entry : entries.values()) {
            quietly(() -> entry.tick(look));
        }
        if (look) {
            quietly(changes::poll);
        }
    }

    private static void quietly(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("Looking after running steps failed, trying again", e);
        }
    }
}
