package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.SourceFacts;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import java.util.Map;
import org.springframework.stereotype.Component;

/** {@code source.check}: the file is inside the source roots, local, readable and undamaged. */
@Component
class SourceCheckStep extends EngineStep {
    SourceCheckStep(Material material) {
        super("source.check", material);
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        SqliteSource source = material().source(context);
        SourceFacts facts = SourceLook.facts(source);
        SourceLook.quickCheck(source, context::output);
        return new StepResult.Passed(
                "%s in %,d bytes, journal mode %s, no damage found.".formatted(Counted.of(facts.tables(), "table"),
                        facts.bytes(),
                        facts.journalMode()),
                Map.of("bytes", facts.bytes(), "tables", facts.tables(), "journalMode", facts.journalMode()));
    }
}
