package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import dev.ferryman.schemachange.Applied;
import dev.ferryman.schemachange.AppliedStatement;
import dev.ferryman.schemachange.Applier;
import dev.ferryman.schemachange.ApplyListener;
import dev.ferryman.schemachange.ApplyOptions;
import dev.ferryman.schemachange.SqlScript;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Applies a script in a step. */
@Component
class SchemaScript {
    private static final int SHOWN = 100;

    private final Material material;

    SchemaScript(Material material) {
        this.material = material;
    }

    /** Which of a cutover's two scripts. */
    enum Way {
        /** The change. */
        FORWARD,
        /** What takes it back. */
        BACK
    }

    /** How a script is applied, as a step's arguments say. */
    static ApplyOptions options(Arguments arguments) {
        ApplyOptions usual = ApplyOptions.defaults();
        return new ApplyOptions(arguments.duration("lock-limit", usual.lockLimit()),
                arguments.duration("patience", usual.patience()),
                arguments.duration("statement-limit", usual.statementLimit()));
    }

    /** Ready to apply one of the scripts. */
    Applier applier(StepContext context, Way way) {
        String job = way == Way.FORWARD ? context.cutoverId() : context.cutoverId() + "/undo";
        return new Applier(material.target(context), job, context.generation(),
                options(new Arguments(context.with())), new Told(context));
    }

    /** Applies it, and says what came of it. */
    StepResult.Passed apply(StepContext context, Way way, SqlScript script) throws InterruptedException {
        context.intent("Apply " + script.name() + ", SHA-256 " + script.sha256());
        Applied applied = applier(context, way).apply(script);
        Duration longest = applied.statements().stream().map(AppliedStatement::took).max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        Duration waited = applied.statements().stream().map(AppliedStatement::waited).reduce(Duration.ZERO,
                Duration::plus);
        String sentence = Counted.of(applied.of(), "statement") + " of " + script.name() + " applied"
                + (applied.earlier() == 0 ? "" : ", " + applied.earlier() + " of them by an earlier run")
                + ". The longest took " + Watching.spoken(longest) + "; locks were waited for "
                + Watching.spoken(waited) + ".";
        context.outcome(sentence);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("sha256", script.sha256());
        facts.put("statements", applied.of());
        facts.put("longestMillis", longest.toMillis());
        facts.put("waitedMillis", waited.toMillis());
        return new StepResult.Passed(sentence, facts);
    }

    private record Told(StepContext context) implements ApplyListener {
        @Override
        public void output(String line) {
            context.output(line);
        }

        @Override
        public void begins(int number, int of, String sql) {
            context.progress("Statements", number - 1L, of, 0);
        }

        @Override
        public void progress(int number, String phase, long done, long of) {
            context.progress("Statement " + number + ": " + phase, done, of, 0);
        }

        @Override
        public void done(AppliedStatement statement) {
            String line = statement.sql().replaceAll("\\s+", " ");
            context.output(statement.number() + ": " + (line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line)
                    + " – " + Watching.spoken(statement.took())
                    + (statement.attempts() == 1 ? "" : ", " + statement.attempts() + " tries")
                    + (statement.waited().isZero() ? "" : ", waited " + Watching.spoken(statement.waited())));
        }

        @Override
        public void ensureOwner() {
            context.ensureOwner();
        }
    }
}
