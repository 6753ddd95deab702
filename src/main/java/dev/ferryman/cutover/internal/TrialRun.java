package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.schemachange.Applier;
import dev.ferryman.schemachange.AppliedStatement;
import dev.ferryman.schemachange.ApplyListener;
import dev.ferryman.schemachange.ApplyOptions;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.LockSampler;
import dev.ferryman.schemachange.SqlScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Runs one script on a scratch database, and notes times and locks of its statements. */
final class TrialRun {
    private static final int SHOWN = 120;

    private final StepContext context;
    private final PostgresTarget scratch;

    TrialRun(StepContext context, PostgresTarget scratch) {
        this.context = context;
        this.scratch = scratch;
    }

    /**
     * What a statement has taken.
     *
     * @param locks strongest lock seen on each table
     */
    record Measured(int number, String sql, Duration took, SortedMap<String, LockMode> locks) {
        String words() {
            return "%d: %,d ms, %s: %s".formatted(number, took.toMillis(), locks.isEmpty()
                    ? "no lock seen"
                    : locks.entrySet().stream().map(lock -> lock.getValue().words() + " on " + lock.getKey())
                            .collect(Collectors.joining(", ")),
                    shortened(sql));
        }
    }

    /**
     * Applies it.
     *
     * @param way {@code there} or {@code back}, so that both have their own progress
     */
    List<Measured> apply(SqlScript script, String way) throws InterruptedException {
        List<AppliedStatement> done = new ArrayList<>();
        try (var locks = new LockSampler(scratch)) {
            new Applier(scratch, context.cutoverId() + "/" + context.stepKey() + "/" + way, context.generation(),
                    ApplyOptions.defaults(), new Noting(context, locks, way, done)).apply(script);
            return done.stream().map(each -> new Measured(each.number(), each.sql(), each.took(),
                    locks.seen(each.number()))).toList();
        }
    }

    static Duration took(List<Measured> statements) {
        return statements.stream().map(Measured::took).reduce(Duration.ZERO, Duration::plus);
    }

    private static String shortened(String sql) {
        String line = sql.replaceAll("\\s+", " ").strip();
        return line.codePointCount(0, line.length()) <= SHOWN
                ? line
                : line.substring(0, line.offsetByCodePoints(0, SHOWN)) + " …";
    }

    private record Noting(StepContext context, LockSampler locks, String way, List<AppliedStatement> done)
            implements
                ApplyListener {
        @Override
        public void output(String line) {
            context.output(line);
        }

        @Override
        public void begins(int number, int of, String sql) {
            locks.during(number);
            context.progress("the way " + way, number - 1L, of, 0);
        }

        @Override
        public void done(AppliedStatement statement) {
            done.add(statement);
        }

        @Override
        public void ensureOwner() {
            context.ensureOwner();
        }
    }
}
