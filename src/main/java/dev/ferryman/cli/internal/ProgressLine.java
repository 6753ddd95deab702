package dev.ferryman.cli.internal;

import dev.ferryman.copy.CopyListener;
import dev.ferryman.copy.SnapshotListener;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.verify.VerifyListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** One line on a terminal that is written again and again; nothing at all where nobody watches. */
final class ProgressLine implements AutoCloseable {
    private static final long BETWEEN_NANOS = 100_000_000;
    private static final int BAR = 30;
    private static final int WIDTH = 100;

    private final PrintWriter err;
    private final boolean terminal;
    private long lastDrawn = System.nanoTime() - BETWEEN_NANOS;

    ProgressLine(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    private synchronized void draw(String text, boolean important) {
        long now = System.nanoTime();
        if (terminal && (important || now - lastDrawn >= BETWEEN_NANOS)) {
            lastDrawn = now;
            String cut = text.length() > WIDTH ? text.substring(0, WIDTH - 1) + "…" : text;
            err.print("\r" + cut + " ".repeat(WIDTH - cut.length()));
            err.flush();
        }
    }

    private void bar(String what, long done, long total, String unit) {
        double share = total <= 0 ? 0 : Math.min(1, (double) done / total);
        int filled = (int) (BAR * share);
        draw(String.format(Locale.ROOT, "%-24s [%s%s] %3d %% %,d %s", what, "#".repeat(filled),
                " ".repeat(BAR - filled),
                (int) (100 * share), done, unit), false);
    }

    SnapshotListener snapshot() {
        return new SnapshotListener() {
            @Override
            public void copied(long copied, long total) {
                bar("Taking the snapshot", copied >> 20, total >> 20, "MB");
            }

            @Override
            public void checking() {
                draw("Checking the snapshot", true);
            }
        };
    }

    ProfileListener profile() {
        return new ProfileListener() {
            @Override
            public void started(String table) {
                draw("Reading every value of " + table, false);
            }

            @Override
            public void progressed(String table, long rows) {
                draw(String.format(Locale.ROOT, "Reading every value of %s: %,d rows", table, rows), false);
            }
        };
    }

    CopyListener copy(Plan plan) {
        long total = plan.tables().stream().mapToLong(TablePlan::rows).sum();
        Map<String, Long> tables = new ConcurrentHashMap<>();
        return new CopyListener() {
            @Override
            public void phase(String text) {
                draw(text, true);
            }

            @Override
            public void copied(String table, long rows, long bytes) {
                tables.put(table, rows);
                bar("Copying " + table, tables.values().stream().mapToLong(Long::longValue).sum(), total, "rows");
            }

            @Override
            public void completed(int done, int all) {
                bar("Indexes and constraints", done, all, "of " + all);
            }
        };
    }

    VerifyListener verify(Plan plan) {
        long total = plan.tables().stream().mapToLong(TablePlan::rows).sum();
        var compared = new AtomicLong();
        return new VerifyListener() {
            @Override
            public void rowsCompared(String table, long rows) {
                bar("Comparing " + table, compared.addAndGet(rows), total, "rows");
            }
        };
    }

    /** Leaves an empty line for what comes next. */
    @Override
    public void close() {
        draw("", true);
        if (terminal) {
            err.print("\r");
            err.flush();
        }
    }
}
