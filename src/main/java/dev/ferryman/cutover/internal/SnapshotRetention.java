package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Removes the snapshots of cutovers that have ended: at once where the application is on its source or it was a rehearsal,
 * after the configured time where it has moved, since the snapshot then is the backup that runbooks demand. Looks at what
 * lies on this host's disk, so that a removal which a crash prevented is made up for.
 */
final class SnapshotRetention implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotRetention.class);
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final Supplier<List<CutoverSummary>> cutovers;
    private final List<Path> places;
    private final Function<String, Duration> retention;
    private final BackupRetention backups;
    private final Consumer<List<CutoverSummary>> scratches;
    private final Clock clock;
    private @Nullable ScheduledExecutorService timer;

    /**
     * Begins with {@link #start()}.
     *
     * @param places directories that have one directory per cutover, named by its id
     * @param retention how long the snapshot of a completed cutover is kept, by its id
     * @param backups looked after at the same times
     * @param scratches looks after scratch databases at the same times
     */
    SnapshotRetention(Supplier<List<CutoverSummary>> cutovers, List<Path> places,
            Function<String, Duration> retention, BackupRetention backups, Consumer<List<CutoverSummary>> scratches,
            Clock clock) {
        this.backups = backups;
        this.scratches = scratches;
        this.cutovers = cutovers;
        this.places = List.copyOf(places);
        this.retention = retention;
        this.clock = clock;
    }

    /** Removes what is due now. */
    void sweep() {
        if (places.stream().noneMatch(Files::isDirectory)) {
            return;
        }
        for (var cutover : cutovers.get()) {
            for (Path place : places) {
                Path directory = place.resolve(cutover.id());
                if (isDue(cutover) && Files.isDirectory(directory)) {
                    Material.remove(directory);
                    LOG.info("Removed the snapshot of cutover {}, which is {}", cutover.id(),
                            cutover.status().words());
                }
            }
        }
    }

    private boolean isDue(CutoverSummary cutover) {
        return cutover.status().terminal() && (cutover.status() != Status.COMPLETED || cutover.rehearsal()
                || !clock.instant().isBefore(cutover.updated().plus(retention.apply(cutover.id()))));
    }

    private void sweepOrTell() {
        try {
            sweep();
            backups.sweep(cutovers.get());
            scratches.accept(cutovers.get());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("Snapshots and backups of ended cutovers could not be looked after; it is tried again", e);
        }
    }

    @Override
    public synchronized void start() {
        if (timer == null) {
            timer = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("ferryman-snapshot-retention").factory());
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
