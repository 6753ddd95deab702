package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.Estimate;
import dev.ferryman.cutover.SourceFacts;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.StepDefinition;
import dev.ferryman.runbook.Template;
import dev.ferryman.runbook.Writes;
import dev.ferryman.schema.Counted;
import dev.ferryman.schema.Finding;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanBasis;
import dev.ferryman.schema.PlanChoices;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Profiles a source and plans its copy. */
final class Planning {
    /** Bytes of source per second that a modest machine copies, builds and verifies; errs on the slow side. */
    private static final long COPY_BYTES_PER_SECOND = 20L * 1024 * 1024;

    private Planning() {}

    static PlanBasis basis(SqliteSource source, PostgresTarget target, String schema, SchemaMode mode,
            PlanChoices choices, ProfileListener listener) throws SQLException, InterruptedException {
        SourceSchema sourceSchema;
        try (Connection connection = source.connect()) {
            sourceSchema = SourceSchema.read(connection);
        }
        PlanOptions options = switch (mode) {
            case CREATE -> PlanOptions.createIn(schema);
            case EXISTING -> PlanOptions.existing(TargetLook.schema(target, schema, choices));
        };
        var profile = Profiler.profile(source, sourceSchema, options.choosing(choices), listener);
        return new PlanBasis(sourceSchema, profile, options);
    }

    /** One sentence for people. */
    static String summary(Plan plan) {
        long rows = plan.tables().stream().mapToLong(TablePlan::rows).sum();
        return "%s of %s; %s, %s".formatted(Counted.of(rows, "row"), Counted.of(plan.tables().size(), "table"),
                Counted.of(count(plan, Finding.Severity.WARNING), "warning"),
                Counted.of(count(plan, Finding.Severity.BLOCKER), "blocker"));
    }

    /** Blockers as sentences. */
    static List<String> blockers(Plan plan) {
        return plan.findings().stream().filter(finding -> finding.severity() == Finding.Severity.BLOCKER)
                .map(Finding::message).toList();
    }

    static Estimate estimate(Plan plan, SourceFacts source, Template template, Measurements.Times times) {
        Duration guessed = Duration.ofSeconds(2 + source.bytes() / COPY_BYTES_PER_SECOND);
        List<StepDefinition> forward = template.phases().stream().filter(phase -> phase.phase() != Phase.ROLLBACK)
                .flatMap(phase -> phase.steps().stream()).toList();
        Optional<Duration> measured = forward.stream().filter(step -> BackfillStep.TYPE.equals(step.uses()))
                .flatMap(step -> times.of(step.key()).stream()).map(Measurements.Measured::took).findFirst();
        // Where the copy was measured, the sums below have it already.
        Duration beside = measured.isPresent() ? Duration.ZERO : guessed;
        Duration whole = forward.stream().map(step -> time(step, times)).reduce(Duration.ZERO, Duration::plus);
        return new Estimate(plan.tables().stream().mapToLong(TablePlan::rows).sum(), source.bytes(),
                measured.orElse(guessed),
                waits(template, times).orElseGet(() -> readOnly(template, times).plus(beside)),
                whole.plus(beside),
                times.latest(forward.stream().map(StepDefinition::key)).orElse(null));
    }

    /** How long writes wait in a live move, which keeps nobody from writing before; empty where it is none. */
    private static Optional<Duration> waits(Template template, Measurements.Times times) {
        return template.steps().stream().filter(step -> FreezeStep.TYPE.equals(step.uses()))
                .map(step -> time(step, times)).findFirst();
    }

    private static Duration time(StepDefinition step, Measurements.Times times) {
        return times.of(step.key()).map(Measurements.Measured::took)
                .orElse(step.estimate() == null ? Duration.ZERO : step.estimate());
    }

    /** Sum of the times from the step that stops writes to the one that allows them again. */
    private static Duration readOnly(Template template, Measurements.Times times) {
        Duration sum = Duration.ZERO;
        boolean stopped = false;
        for (StepDefinition step : template.steps()) {
            if (Writes.stops(step)) {
                stopped = true;
            }
            if (stopped) {
                sum = sum.plus(time(step, times));
            }
            if (Writes.allows(step)) {
                return sum;
            }
        }
        return sum;
    }

    private static long count(Plan plan, Finding.Severity severity) {
        return plan.findings().stream().filter(finding -> finding.severity() == severity).count();
    }
}
