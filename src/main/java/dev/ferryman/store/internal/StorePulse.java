package dev.ferryman.store.internal;

import dev.ferryman.store.Instants;
import dev.ferryman.store.StoreCondition;
import dev.ferryman.store.StoreCondition.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Writes a little into the state store again and again, so that trouble with it is known before somebody clicks, and its end
 * without anybody's doing. SQLite goes on writing into a file that was removed or replaced, so that is looked for as well.
 */
final class StorePulse implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(StorePulse.class);
    /** Bytes that have to find room, or the store counts as full. */
    private static final int ROOM = 256 * 1024;

    private final DataSource store;
    private final StoreCondition condition;
    private final Clock clock;
    private final Duration every;
    private final @Nullable Path file;
    private @Nullable Object identity;
    private @Nullable ScheduledExecutorService timer;

    /** @param file the SQLite file, null on PostgreSQL */
    StorePulse(DataSource store, StoreCondition condition, Clock clock, Duration every, @Nullable Path file) {
        this.store = store;
        this.condition = condition;
        this.clock = clock;
        this.every = every;
        this.file = file;
    }

    /** Writes once. */
    void beat() {
        if (file != null && !Objects.equals(identity, identity(file))) {
            condition.found(Kind.GONE);
            return;
        }
        if (file != null && usable(file) < ROOM) {
            // A log that has grown before takes a few writes still; whoever starts something now would be cut off.
            condition.found(Kind.FULL);
            return;
        }
        boolean full = condition.trouble().filter(trouble -> trouble.kind() == Kind.FULL).isPresent();
        try {
            if (full) {
                write("x".repeat(ROOM));
            }
            write("");
            condition.well();
        } catch (SQLException e) {
            var _ = condition.failed(e);
        }
    }

    private void write(String room) throws SQLException {
        try (var connection = store.getConnection();
                var statement = connection.prepareStatement("UPDATE store_pulse SET at = ?, room = ? WHERE id = 1")) {
            statement.setString(1, Instants.text(clock.instant()));
            statement.setString(2, room);
            statement.executeUpdate();
        }
    }

    private static long usable(Path path) {
        try {
            return Files.getFileStore(path).getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    private static @Nullable Object identity(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public synchronized void start() {
        if (timer == null) {
            identity = file == null ? null : identity(file);
            timer = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("ferryman-store-pulse").factory());
            var _ = timer.scheduleWithFixedDelay(this::beatOrTell, every.toMillis(), every.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void beatOrTell() {
        try {
            beat();
        } catch (RuntimeException e) {
            LOG.warn("It could not be tried whether the state store takes writes", e);
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
