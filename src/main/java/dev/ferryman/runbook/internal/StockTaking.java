package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.EventChain;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Keeps the metrics of what stands in the store up to date: which cutovers there are and where they are, whoever moved
 * them, and whether their logs are as they were written. Every replica does it for itself, since each is scraped.
 */
public final class StockTaking implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(StockTaking.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
    private static final Duration VERIFY_AFTER = Duration.ofMinutes(1);
    private static final Duration VERIFY_EVERY = Duration.ofHours(1);

    private final EventLog log;
    private final EventChain chain;
    private final CutoverGauges cutovers;
    private final RunbookMetrics metrics;
    private final Clock clock;
    private @Nullable ScheduledExecutorService timer;

    StockTaking(EventLog log, EventChain chain, CutoverGauges cutovers, RunbookMetrics metrics, Clock clock) {
        this.log = log;
        this.chain = chain;
        this.cutovers = cutovers;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Looks at every cutover that is not over, or keeps its application from writing, and has changed. */
    public void look() {
        cutovers.refresh(log::measured, this::load);
    }

    /** One whose log somebody has spoilt must not hide the others; {@link #verify} tells of it. */
    private Optional<Cutover> load(String id) {
        try {
            return Optional.of(log.load(id));
        } catch (RuntimeException e) {
            LOG.debug("Cutover {} cannot be read", id, e);
            return Optional.empty();
        }
    }

    /** Verifies every log there is; what is broken is told in the service's own log as well. */
    public void verify() {
        List<EventChain.Report> broken = chain.verifyAll().stream().filter(report -> !report.whole()).toList();
        broken.forEach(report -> report.broken().ifPresent(link -> LOG.error(
                "The log of cutover {} is not as it was written: {}. Somebody has changed the state store; compare with"
                        + " its backup before a gate is signed.",
                report.cutoverId(), link.what())));
        metrics.verified(broken.size(), clock.instant());
    }

    private static Runnable orTell(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warn("Where cutovers stand could not be read for the metrics; it is tried again", e);
            }
        };
    }

    @Override
    public synchronized void start() {
        if (timer == null) {
            timer = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("ferryman-stock-taking").factory());
            var _ = timer.scheduleWithFixedDelay(orTell(this::look), 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            var _ = timer.scheduleWithFixedDelay(orTell(this::verify), VERIFY_AFTER.toMillis(),
                    VERIFY_EVERY.toMillis(), TimeUnit.MILLISECONDS);
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
