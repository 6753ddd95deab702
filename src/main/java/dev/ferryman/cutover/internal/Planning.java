package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.Estimate;
import dev.ferryman.cutover.SourceFacts;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.runbook.StepDefinition;
import dev.ferryman.runbook.Template;
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
import java.util.Objects;
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

    static Estimate estimate(Plan plan, SourceFacts source, Template template) {
        Duration copy = Duration.ofSeconds(2 + source.bytes() / COPY_BYTES_PER_SECOND);
        Duration whole = template.phases().stream().filter(phase -> phase.phase().next().isPresent()
                || phase.phase() == dev.ferryman.runbook.Phase.MONITOR).flatMap(phase -> phase.steps().stream())
                .map(StepDefinition::estimate).filter(Objects::nonNull).reduce(Duration.ZERO, Duration::plus);
        return new Estimate(plan.tables().stream().mapToLong(TablePlan::rows).sum(), source.bytes(), copy,
                waits(template).orElseGet(() -> readOnly(template).plus(copy)), whole.plus(copy));
    }

    /** How long writes wait in a live move, which keeps nobody from writing before; empty where it is none. */
    private static Optional<Duration> waits(Template template) {
        return template.steps().stream().filter(step -> FreezeStep.TYPE.equals(step.uses()))
                .map(StepDefinition::estimate).filter(Objects::nonNull).findFirst();
    }

    /** Sum of the estimates from the step that stops writes to the one that allows them again. */
    private static Duration readOnly(Template template) {
        Duration sum = Duration.ZERO;
        boolean stopped = false;
        for (StepDefinition step : template.steps()) {
            if (Maintenance.stops(step)) {
                stopped = true;
            }
            if (stopped && step.estimate() != null) {
                sum = sum.plus(step.estimate());
            }
            if (Maintenance.allows(step)) {
                return sum;
            }
        }
        return sum;
    }

    private static long count(Plan plan, Finding.Severity severity) {
        return plan.findings().stream().filter(finding -> finding.severity() == severity).count();
    }
}
