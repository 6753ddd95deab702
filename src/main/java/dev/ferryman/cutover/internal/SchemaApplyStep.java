package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schemachange.SqlScript;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code schema.apply}: changes the schema as it was reviewed, by Ferryman or by the team's own command, and compares the
 * revision. A command that was cut off is known to have taken effect by the revision.
 */
@Component
class SchemaApplyStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "schema.apply";

    private final SchemaChanges changes;
    private final ReviewedSql reviewed;
    private final SchemaScript scripts;

    SchemaApplyStep(Material material, SchemaChanges changes, ReviewedSql reviewed, SchemaScript scripts) {
        super(TYPE, material);
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
        return new Arguments(with).text("command")
                .map(command -> "It would run the command " + command + ", which changes the schema.");
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        ChangeSource source = ChangeSource.toRun(new Arguments(context.with()));
        PostgresTarget target = material().target(context);
        Optional<String> before = changes.revision(source.revision(), source.parameters(), target, context);
        return source.script().isPresent()
                ? compared(script(source, context), source, before, target, context)
                : command(source, before, target, context);
    }

    private StepResult.Passed script(ChangeSource source, StepContext context) throws InterruptedException {
        SqlScript script = changes.forward(source, context);
        reviewed.requireForward(script, context);
        return scripts.apply(context, SchemaScript.Way.FORWARD, script);
    }

    private StepResult command(ChangeSource source, Optional<String> before, PostgresTarget target,
            StepContext context) throws InterruptedException {
        if (before.isPresent() && before.equals(source.revision().expected())) {
            changes.ended(context);
            return new StepResult.Passed("The schema has the revision " + before.get() + " already.",
                    Map.of("revisionAfter", before.get()));
        }
        Optional<StepResult> running = changes.mayStillRun(context, before);
        if (running.isPresent()) {
            return running.get();
        }
        reviewed.requireForward(changes.forward(source, context), context);
        String command = source.command().orElseThrow();
        context.ensureOwner();
        if (!changes.run(command, source, context)) {
            Optional<String> now = changes.revision(source.revision(), source.parameters(), target, context);
            return new StepResult.Failed(
                    "The command " + command + " failed. The revision was " + before.orElse("unknown") + " and is "
                            + now.orElse("unknown") + ".",
                    now.equals(before)
                            ? "By its revision nothing was changed. Read its output, correct the cause, then retry."
                            : "A part is done. Read its output, then retry or roll back.");
        }
        return compared(new StepResult.Passed("The command " + command + " changed the schema."), source, before,
                target,
                context);
    }

    private StepResult compared(StepResult.Passed done, ChangeSource source, Optional<String> before,
            PostgresTarget target, StepContext context) throws InterruptedException {
        Optional<String> after = changes.revision(source.revision(), source.parameters(), target, context);
        if (after.isEmpty()) {
            return done;
        }
        Map<String, Object> facts = new LinkedHashMap<>(done.facts());
        facts.put("revisionBefore", before.orElse(""));
        facts.put("revisionAfter", after.get());
        return SchemaRevisionStep.mismatch(after.get(), source.revision().expected())
                .orElseGet(() -> new StepResult.Passed(
                        done.summary() + " The revision was " + before.orElse("unknown") + " and is " + after.get()
                                + ".",
                        facts));
    }
}
