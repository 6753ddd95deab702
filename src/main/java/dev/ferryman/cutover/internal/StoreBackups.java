package dev.ferryman.cutover.internal;

import dev.ferryman.backup.BackupSettings;
import dev.ferryman.backup.SealedFile;
import dev.ferryman.backup.StateBackup;
import dev.ferryman.backup.StateStore;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SecretReference;
import dev.ferryman.runbook.EventChain;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;

/**
 * Backs up Ferryman's own state again and again, where a directory is set. The age of the newest file decides, so that
 * neither a restart nor a second replica with the same directory makes one more.
 */
@Component
@EnableConfigurationProperties(StoreBackups.Settings.class)
class StoreBackups implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(StoreBackups.class);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    /**
     * Backups of the state store.
     *
     * @param directory where they go; none are made without one
     * @param every how old the newest may become
     * @param keep how many are kept
     */
    @ConfigurationProperties("ferryman.store-backup")
    record Settings(@Nullable Path directory, @DefaultValue("1d") Duration every, @DefaultValue("14") int keep) {
        Settings {
            if (keep < 1 || !every.isPositive()) {
                throw new IllegalArgumentException(
                        "ferryman.store-backup: keep must be at least 1 and every longer than nothing");
            }
        }
    }

    private final Settings settings;
    private final BackupSettings tools;
    private final Environment environment;
    private final Clock clock;
    private final AtomicLong newest = new AtomicLong();
    private @Nullable ScheduledExecutorService timer;

    StoreBackups(Settings settings, BackupSettings tools, Environment environment, Clock clock,
            MeterRegistry registry) {
        this.settings = settings;
        this.tools = tools;
        this.environment = environment;
        this.clock = clock;
        if (settings.directory() != null) {
            TimeGauge.builder("ferryman.store.backup.timestamp", newest::get, TimeUnit.MILLISECONDS)
                    .description("When the newest scheduled backup of the state store was taken, seconds since 1970")
                    .register(registry);
        }
    }

    /** Takes one where the newest is old enough, and removes those that are too many. */
    void sweep(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        List<Path> files = kept(directory);
        Instant now = clock.instant();
        if (files.isEmpty() || !taken(files.getLast()).plus(settings.every()).isAfter(now)) {
            SealedFile file = new StateBackup(tools.tools(), tools.timeLimit(), clock).take(store(), directory,
                    StoreBackups::brokenLogs);
            LOG.info("Backed up the state store to {}: {} bytes, SHA-256 {}", file.path(), file.bytes(), file.sha256());
            files = kept(directory);
        }
        newest.set(taken(files.getLast()).toEpochMilli());
        for (Path old : files.subList(0, Math.max(0, files.size() - settings.keep()))) {
            Files.deleteIfExists(old);
        }
    }

    private StateStore store() {
        String password = environment.getProperty("ferryman.store.password");
        return StateStore.of(environment.getRequiredProperty("ferryman.store.url"),
                environment.getProperty("ferryman.store.username"),
                password == null ? null : SecretReference.parse(password).resolve());
    }

    private static List<String> brokenLogs(Connection connection) {
        return new EventChain(new SingleConnectionDataSource(connection, true)).broken();
    }

    /** By their names, which hold the time: oldest first. */
    private static List<Path> kept(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> String.valueOf(file.getFileName())
                    .matches("ferryman-\\d{8}T\\d{6}Z\\.(db|dump)")).sorted(Comparator.naturalOrder()).toList();
        }
    }

    private static Instant taken(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant();
    }

    private void sweepOrTell(Path directory) {
        try {
            sweep(directory);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (BadInputException e) {
            LOG.error("The state store is not backed up: {} {}", e.getMessage(), e.next());
        } catch (IOException | RuntimeException e) {
            LOG.error("The state store is not backed up; it is tried again", e);
        }
    }

    @Override
    public synchronized void start() {
        Path directory = settings.directory();
        if (timer == null && directory != null) {
            timer = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("ferryman-store-backup").factory());
            var _ = timer.scheduleWithFixedDelay(() -> sweepOrTell(directory.toAbsolutePath()), 0,
                    LOOK_EVERY.toMillis(),
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

    @Override
    public boolean isPauseable() {
        return false;
    }
}
