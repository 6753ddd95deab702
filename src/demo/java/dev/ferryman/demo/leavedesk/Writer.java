package dev.ferryman.demo.leavedesk;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leave desk's users: people who read, ask, approve, cancel and book all the time. Pauses in maintenance and goes on
 * afterwards; a refused write is counted and not repeated.
 */
final class Writer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Writer.class);
    private static final int THREADS = 2;
    private static final Duration PAUSE_IN_MAINTENANCE = Duration.ofMillis(20);
    private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofMillis(50);

    private final DatabaseGate gate;
    private final Ledger ledger;
    private final LeaveStore store;
    private final LeaveWrites writes;
    private final Clock clock;
    private final long nanosBetweenWrites;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicReference<@Nullable String> lastRefusal = new AtomicReference<>();
    private volatile boolean running = true;

    Writer(DatabaseGate gate, Ledger ledger, LeaveStore store, LeaveWrites writes, Clock clock, int writesPerSecond) {
        this.gate = gate;
        this.ledger = ledger;
        this.store = store;
        this.writes = writes;
        this.clock = clock;
        this.nanosBetweenWrites = writesPerSecond == 0 ? 0 : 1_000_000_000L * THREADS / writesPerSecond;
    }

    void start() {
        if (nanosBetweenWrites == 0) {
            return;
        }
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofVirtual().name("leave-desk-writer-" + i).start(this::run));
        }
    }

    /** Writes refused for any reason but maintenance since the start. */
    long refused() {
        return refused.get();
    }

    /** Why the last write was refused; null where the last one was taken. */
    @Nullable
    String lastRefusal() {
        return lastRefusal.get();
    }

    private void run() {
        long next = System.nanoTime();
        try {
            while (running) {
                if (gate.maintenance()) {
                    Thread.sleep(PAUSE_IN_MAINTENANCE);
                    next = System.nanoTime();
                    continue;
                }
                try {
                    if (ThreadLocalRandom.current().nextInt(3) == 0) {
                        gate.read((connection, dialect) -> store.requests(connection, dialect, null, 20, 0));
                    }
                    write(ThreadLocalRandom.current());
                    lastRefusal.set(null);
                } catch (RuntimeException e) {
                    // Whatever went wrong, users come back and try again.
                    if (!gate.maintenance()) {
                        refused(e);
                    }
                }
                next = Math.max(next + nanosBetweenWrites, System.nanoTime() - 1_000_000_000L);
                long wait = next - System.nanoTime();
                if (wait > 0) {
                    Thread.sleep(Duration.ofNanos(wait));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void refused(RuntimeException e) throws InterruptedException {
        refused.incrementAndGet();
        if (lastRefusal.getAndSet(String.valueOf(e.getMessage())) == null) {
            log.warn("A write was refused", e);
        }
        Thread.sleep(PAUSE_AFTER_REFUSAL);
    }

    private void write(Random random) {
        gate.write((connection, dialect) -> {
            long employees = store.employeeCount(connection);
            long employee = 1 + random.nextLong(Math.max(1, employees));
            int dice = random.nextInt(100);
            if (dice < 36) {
                return Optional.of(writes.create(connection, dialect, newRequest(random, employee)));
            }
            if (dice < 63) {
                return writes.decide(connection, dialect, random.nextInt(100), 1 + random.nextInt(12));
            }
            if (dice < 72) {
                return writes.cancel(connection, dialect, recentRequest(random, connection));
            }
            if (dice < 92) {
                BigDecimal hours = BigDecimal.valueOf(400 + 25L * random.nextInt(16), 2);
                return writes.use(connection, dialect, recentRequest(random, connection), hours);
            }
            if (dice < 97) {
                return writes.accrue(connection, dialect, employee, new BigDecimal("2.5"));
            }
            return Optional.of(writes.configure(connection, dialect));
        }, acknowledged -> acknowledged.ifPresent(ledger::record));
    }

    private LeaveWrites.NewRequest newRequest(Random random, long employee) {
        LocalDate starts = LocalDate.now(clock).plusDays(1L + random.nextInt(90));
        while (!SampleRows.isWorkday(starts)) {
            starts = starts.plusDays(1);
        }
        boolean halfDay = random.nextInt(10) == 0;
        LocalDate ends = halfDay ? starts : starts.plusDays(random.nextInt(6));
        String kind = LeaveStore.KINDS.get(Math.max(0, random.nextInt(9) - 4));
        String note = random.nextInt(4) == 0 ? "Back on " + ends.plusDays(1) : null;
        return new LeaveWrites.NewRequest(employee, kind, starts, ends, halfDay, note);
    }

    private static long recentRequest(Random random, java.sql.Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT max(id) FROM leave_requests")) {
            row.next();
            return Math.max(1, row.getLong(1) - random.nextInt(400));
        }
    }

    /** Stops; returns when the last write has ended. */
    @Override
    public void close() {
        running = false;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
