package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** {@code schema.revision}: which revision the schema has, and whether it is the one that is expected. */
@Component
class SchemaRevisionStep extends EngineStep {
    private final SchemaChanges changes;

    SchemaRevisionStep(Material material, SchemaChanges changes) {
        super("schema.revision", material);
        this.changes = changes;
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with,
                arguments -> changes.check(ChangeSource.revision(arguments), arguments.texts("parameters")));
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        return new Arguments(with).text("revision-command")
                .map(command -> "It would ask the command " + command + " for the revision.");
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        ChangeSource.Revision revision = ChangeSource.revision(arguments);
        Optional<String> found = changes.revision(revision, arguments.texts("parameters"), material().target(context),
                context);
        if (found.isEmpty()) {
            return new StepResult.Passed("No revision is kept: there is nothing to compare.");
        }
        return mismatch(found.get(), revision.expected())
                .orElseGet(() -> new StepResult.Passed("The revision is " + found.get()
                        + (revision.expected().isPresent() ? ", as expected." : "."),
                        Map.of("revision", found.get())));
    }

    /** The answer where it is not as expected. */
    static Optional<StepResult> mismatch(String found, Optional<String> expected) {
        return expected.filter(wanted -> !wanted.equals(found))
                .map(wanted -> new StepResult.Failed("The revision is " + found + ", expected is " + wanted + ".",
                        "Find out what was run here, and by whom; then correct it, or what is expected."));
    }
}
