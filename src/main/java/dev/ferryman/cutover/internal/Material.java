package dev.ferryman.cutover.internal;

import dev.ferryman.copy.CopyOptions;
import dev.ferryman.copy.JobOwner;
import dev.ferryman.cutover.PlanView;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.Lease;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.CompanionContext;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.Plan;
import dev.ferryman.verify.VerifyOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What the engine's steps work with: source, target, snapshot, plan, directories. */
@Component
class Material {
    private final Connections connections;
    private final PlanStore plans;
    private final CutoverProperties properties;
    private final ObjectProvider<Runbook> runbook;
    private final RehearsalCopy rehearsals;

    Material(Connections connections, PlanStore plans, CutoverProperties properties, ObjectProvider<Runbook> runbook,
            RehearsalCopy rehearsals) {
        this.rehearsals = rehearsals;
        this.connections = connections;
        this.plans = plans;
        this.properties = properties;
        this.runbook = runbook;
    }

    /** A snapshot that an earlier step has taken. */
    record Taken(Path path, String sha256) {
        /** Opens it. */
        SqliteSource open() {
            return SqliteSource.snapshot(path);
        }
    }

    Runbook runbook() {
        return runbook.getObject();
    }

    Cutover cutover(StepContext context) {
        return runbook().get(context.cutoverId());
    }

    Connections.Stored stored(StepContext context) {
        return connections.of(context.cutoverId());
    }

    /** The application's file; in a rehearsal its private copy, which is taken now if it has to be. */
    SqliteSource source(StepContext context) throws InterruptedException {
        return context.rehearsal() ? rehearsals.of(context) : connections.source(context.cutoverId());
    }

    /** The target; its password is masked in whatever the step writes from now on. */
    PostgresTarget target(StepContext context) {
        connections.password(context.cutoverId()).ifPresent(password -> context.conceal(password.reveal()));
        return connections.target(context.cutoverId());
    }

    /** The snapshot, empty where none has been taken. */
    Optional<Taken> snapshot(StepContext context) {
        return cutover(context).steps().stream()
                .filter(step -> SnapshotStep.TYPE.equals(step.definition().uses())
                        && step.status() == StepStatus.PASSED)
                .map(Step::lastAttempt).flatMap(Optional::stream).map(Attempt::facts)
                .map(facts -> new Taken(Path.of(Objects.toString(facts.get("path"), "")),
                        Objects.toString(facts.get("sha256"), "")))
                .findFirst();
    }

    /** The snapshot, which must be there. */
    Taken requiredSnapshot(StepContext context) {
        return snapshot(context).orElseThrow(() -> new BadInputException("There is no snapshot yet.",
                "Run the step that takes the snapshot first."));
    }

    Optional<PlanView> plan(StepContext context) {
        return plans.latest(context.cutoverId());
    }

    /** The plan, which must be there. */
    Plan requiredPlan(StepContext context) {
        return plan(context).map(PlanView::plan).orElseThrow(() -> new BadInputException("There is no plan yet.",
                "Run the step that works out the plan first."));
    }

    /** Both sides as a step works on them; the target's password is masked in whatever it writes from now on. */
    Sides sides(StepContext context) throws InterruptedException {
        return new Sides(source(context), target(context), requiredPlan(context),
                new Lease(context.cutoverId(), context.generation(), context::ensureOwner), context.clock());
    }

    /** Both sides as a companion works on them. */
    Sides sides(CompanionContext context) {
        Plan plan = plans.latest(context.cutoverId()).map(PlanView::plan)
                .orElseThrow(() -> new BadInputException("There is no plan.", "Look at the cutover's plan."));
        String id = context.cutoverId();
        SqliteSource source = runbook().get(id).rehearsal() ? rehearsals.of(id) : connections.source(id);
        return new Sides(source, connections.target(id), plan,
                new Lease(context.cutoverId(), context.generation(), context::ensureOwner), context.clock());
    }

    PlanStore plans() {
        return plans;
    }

    JobOwner owner(StepContext context) {
        return new JobOwner.Leased(context.cutoverId(), context.generation(), context::ensureOwner);
    }

    CopyOptions copyOptions(StepContext context) {
        return new CopyOptions(owner(context), jobs(context, CopyOptions.defaultJobs()));
    }

    VerifyOptions verifyOptions(StepContext context, int listedPerTable) {
        return new VerifyOptions(jobs(context, VerifyOptions.defaults().jobs()), listedPerTable);
    }

    private int jobs(StepContext context, int otherwise) {
        return new Arguments(context.with()).number("jobs", properties.jobs() == 0 ? otherwise : properties.jobs(), 1,
                CopyOptions.MOST_JOBS);
    }

    /** A directory of this cutover. */
    Path directory(StepContext context, String name) {
        return properties.workDirectory().toAbsolutePath().resolve(context.cutoverId()).resolve(name);
    }

    /** Where snapshots are copied to as well. */
    Optional<SecondPlace> secondPlace() {
        return properties.secondPlace();
    }

    /** Removes a directory of this cutover with all that is in it. */
    static void remove(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The directory " + directory + " cannot be removed", e);
        }
    }
}
