package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schemachange.Applier;
import dev.ferryman.schemachange.SqlScript;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code schema.undo}: takes the change of the schema back, by the reviewed script or by the team's own command, and compares
 * the revision. Where nothing was changed there is nothing to do.
 */
@Component
class SchemaUndoStep extends EngineStep {
    private final SchemaChanges changes;
    private final ReviewedSql reviewed;
    private final SchemaScript scripts;

    SchemaUndoStep(Material material, SchemaChanges changes, ReviewedSql reviewed, SchemaScript scripts) {
        super("schema.undo", material);
        this.changes = changes;
        this.reviewed = reviewed;
        this.scripts = scripts;
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            changes.check(ChangeSource.toRun(arguments));
            SchemaScript.options(arguments);
        });
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        var arguments = new Arguments(with);
        return arguments.text("command").map(_ -> "It would run the command "
                + arguments.text("undo-command").orElse("that takes the change back") + ".");
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        ChangeSource source = ChangeSource.toRun(new Arguments(context.with()));
        PostgresTarget target = material().target(context);
        return source.script().isPresent() ? script(source, target, context) : command(source, target, context);
    }

    private StepResult script(ChangeSource source, PostgresTarget target, StepContext context)
            throws InterruptedException {
        Optional<String> applied = applied(source, context);
        if (applied.isEmpty()) {
            return new StepResult.Passed("Nothing of the change was applied: there is nothing to take back.");
        }
        Optional<SqlScript> back = changes.back(source);
        if (back.isEmpty()) {
            return noWay(applied.get());
        }
        reviewed.requireBack(back.get(), context);
        context.output(applied.get() + ".");
        return compared(scripts.apply(context, SchemaScript.Way.BACK, back.get()), source, target, context);
    }

    /** What of the script is applied, in words; nobody applies it any more from then on. */
    private Optional<String> applied(ChangeSource source, StepContext context) throws InterruptedException {
        List<Step> steps = material().cutover(context).steps();
        if (steps.stream().noneMatch(step -> is(step, SchemaApplyStep.TYPE) && !step.attempts().isEmpty())) {
            return Optional.empty();
        }
        Applier.Standing standing = scripts.applier(context, SchemaScript.Way.FORWARD)
                .stop(forward(source, context));
        if (standing.done() > 0) {
            return Optional.of(standing.done() + " of " + standing.of() + " statements are applied");
        }
        return appliedAndForgotten(steps)
                ? Optional.of("The change was applied, and its notes were removed from the database")
                : Optional.empty();
    }

    /** The change as it was applied. It may have been altered since, and even beyond reading; the way back needs it not. */
    private Optional<SqlScript> forward(ChangeSource source, StepContext context) throws InterruptedException {
        try {
            SqlScript script = changes.forward(source, context);
            Applier.check(script);
            return Optional.of(script);
        } catch (BadInputException e) {
            context.output("The SQL of the change is not there any more: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Whether it was applied as a whole, and no backup has taken the place of the database since. */
    private static boolean appliedAndForgotten(List<Step> steps) {
        return steps.stream().filter(step -> step.status() == StepStatus.PASSED)
                .filter(step -> is(step, SchemaApplyStep.TYPE) || is(step, RestoreStep.TYPE))
                .max(Comparator.comparing(SchemaUndoStep::ended))
                .filter(last -> is(last, SchemaApplyStep.TYPE)).isPresent();
    }

    private static Instant ended(Step step) {
        return step.lastAttempt().map(Attempt::endedAt).orElse(Instant.EPOCH);
    }

    private static boolean is(Step step, String type) {
        return type.equals(step.definition().uses());
    }

    private static StepResult noWay(String what) {
        return new StepResult.Failed(what + ", and no SQL or command that takes the change back was given.",
                "Nothing was changed. Restore the backup, or accept that the schema stays as it is.");
    }

    private StepResult command(ChangeSource source, PostgresTarget target, StepContext context)
            throws InterruptedException {
        Optional<String> now = changes.revision(source.revision(), source.parameters(), target, context);
        Optional<StepResult> running = changes.mayStillRun(context, now);
        if (running.isPresent()) {
            return running.get();
        }
        if (now.isPresent() && now.equals(source.revision().expected())) {
            return new StepResult.Passed(
                    "The schema has the revision " + now.get() + ": there is nothing to take back.");
        }
        if (source.undoCommand().isEmpty()) {
            return noWay("The revision is " + now.orElse("unknown"));
        }
        String command = source.undoCommand().get();
        context.ensureOwner();
        return changes.run(command, source, context)
                ? compared(new StepResult.Passed("The command " + command + " took the change back."), source, target,
                        context)
                : new StepResult.Failed("The command " + command + " failed.",
                        "Read its output, correct the cause, then retry; or restore the backup.");
    }

    private StepResult compared(StepResult.Passed done, ChangeSource source, PostgresTarget target,
            StepContext context) throws InterruptedException {
        Optional<String> after = changes.revision(source.revision(), source.parameters(), target, context);
        return after.flatMap(found -> SchemaRevisionStep.mismatch(found, source.revision().expected()))
                .orElseGet(() -> new StepResult.Passed(
                        done.summary() + after.map(found -> " The revision is " + found + ".").orElse(""),
                        done.facts()));
    }
}
