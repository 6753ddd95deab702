package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.internal.Leases.Lease;
import dev.ferryman.runbook.internal.StepRecords.NewLine;
import dev.ferryman.runbook.internal.StepRecords.NewProgress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.transaction.support.TransactionTemplate;

/** An attempt being run in this process: what its action sees, and what it has written but not stored yet. */
final class RunningStep implements StepContext, Watched {
    private static final int LONGEST_LINE = 2_000;
    private static final int LONGEST_ITEM = 200;
    private static final int FULL = 500;

    private final Cutover cutover;
    private final Lease lease;
    private final Map<String, Object> with;
    private final Instant startedAt;
    private final Instant pickedUpAt;
    private final Clock clock;
    private final Leases leases;
    private final StepRecords records;
    private final ChangeFeed changes;
    private final TransactionTemplate transactions;
    private final Masking masking = new Masking();
    private final ReentrantLock flushing = new ReentrantLock();
    private final List<NewLine> lines = new ArrayList<>();
    private final Map<String, NewProgress> items = new LinkedHashMap<>();
    private final Map<String, NewProgress> unsaved = new LinkedHashMap<>();

    /** What an attempt reports through. */
    record Desk(Clock clock, Leases leases, StepRecords records, ChangeFeed changes,
            TransactionTemplate transactions) {}

    RunningStep(Cutover cutover, Lease lease, Map<String, Object> with, Instant startedAt, Desk desk) {
        this.cutover = cutover;
        this.lease = lease;
        this.with = with;
        this.startedAt = startedAt;
        this.clock = desk.clock();
        this.pickedUpAt = clock.instant();
        this.leases = desk.leases();
        this.records = desk.records();
        this.changes = desk.changes();
        this.transactions = desk.transactions();
    }

    @Override
    public Lease lease() {
        return lease;
    }

    Masking masking() {
        return masking;
    }

    /** For how long the attempt has run, over all its owners; time in which nobody ran it does not count. */
    @Override
    public Duration ran() {
        return lease.ran().plus(Duration.between(pickedUpAt, clock.instant()));
    }

    @Override
    public String cutoverId() {
        return lease.cutoverId();
    }

    @Override
    public boolean rehearsal() {
        return cutover.rehearsal();
    }

    @Override
    public String stepKey() {
        return lease.stepKey();
    }

    @Override
    public int attempt() {
        return lease.attempt();
    }

    @Override
    public long generation() {
        return lease.generation();
    }

    @Override
    public Instant startedAt() {
        return startedAt;
    }

    @Override
    public Optional<Instant> switchedAt() {
        return cutover.switchedAt();
    }

    @Override
    public Map<String, Object> parameters() {
        return cutover.parameters();
    }

    @Override
    public Map<String, String> connections() {
        return cutover.connections();
    }

    @Override
    public Map<String, Object> with() {
        return with;
    }

    @Override
    public Map<String, Object> facts(String earlierStepKey) {
        return cutover.step(earlierStepKey).flatMap(step -> step.lastAttempt()).map(attempt -> attempt.facts())
                .orElse(Map.of());
    }

    @Override
    public void output(String line) {
        String masked = masking.mask(line);
        String cut = masked.length() > LONGEST_LINE ? masked.substring(0, LONGEST_LINE) + " …" : masked;
        boolean full;
        synchronized (this) {
            lines.add(new NewLine(clock.instant(), cut.replace("\0", "�")));
            full = lines.size() >= FULL;
        }
        if (full) {
            flush();
        }
    }

    @Override
    public void conceal(String secret) {
        masking.conceal(secret);
    }

    @Override
    public synchronized void progress(String item, long done, long total, long bytes) {
        String name = masking.mask(item.length() > LONGEST_ITEM ? item.substring(0, LONGEST_ITEM) : item);
        NewProgress before = items.get(name);
        Instant now = clock.instant();
        NewProgress update = before == null
                ? new NewProgress(name, items.size(), done, total, bytes, now, now)
                : new NewProgress(name, before.ordinal(), done, total, bytes, before.started(), now);
        items.put(name, update);
        unsaved.put(name, update);
    }

    @Override
    public void ensureOwner() {
        leases.ensure(lease);
    }

    @Override
    public void intent(String description) {
        transactions.executeWithoutResult(status -> {
            leases.confirm(lease);
            records.intent(lease, clock.instant(), masking.mask(description));
            changes.count(cutoverId());
        });
        changes.poll();
        // Last, since the effect comes next.
        leases.ensure(lease);
    }

    @Override
    public void outcome(String description) {
        transactions.executeWithoutResult(status -> {
            records.outcome(lease, clock.instant(), masking.mask(description));
            changes.count(cutoverId());
        });
        changes.poll();
    }

    @Override
    public Clock clock() {
        return clock;
    }

    /** Stores what was written since the last time, in the order it was written. */
    @Override
    public void flush() {
        flushing.lock();
        try {
            store();
        } finally {
            flushing.unlock();
        }
    }

    private void store() {
        List<NewLine> newLines;
        List<NewProgress> newProgress;
        synchronized (this) {
            if (lines.isEmpty() && unsaved.isEmpty()) {
                return;
            }
            newLines = List.copyOf(lines);
            newProgress = List.copyOf(unsaved.values());
            lines.clear();
            unsaved.clear();
        }
        transactions.executeWithoutResult(status -> {
            records.write(lease, newLines, newProgress);
            changes.count(cutoverId());
        });
        changes.poll();
    }
}
