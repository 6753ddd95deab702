package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.VerificationView;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import dev.ferryman.verify.VerificationResult;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code rollback.losses}: lists exactly the rows that were written to PostgreSQL since the switch and that SQLite does not
 * have. They would be lost by going back, until there is reverse sync; the list is kept for those who must enter them
 * again.
 */
@Component
class LossesStep extends EngineStep {
    /** More rows than this per table are counted and not listed, to keep memory flat (I6). */
    private static final int LISTED_PER_TABLE = 10_000;

    private final Comparison comparison;

    LossesStep(Material material, Comparison comparison) {
        super("rollback.losses", material);
        this.comparison = comparison;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        Optional<Material.Taken> snapshot = material().snapshot(context);
        if (snapshot.isEmpty()) {
            return new StepResult.Passed("No snapshot was taken, so the application has never worked on PostgreSQL.");
        }
        Comparison.Found found = comparison.run(context, snapshot.get().open(), VerificationView.Kind.LOSSES,
                LISTED_PER_TABLE);
        VerificationResult result = found.result();
        if (result.error() != null) {
            return new StepResult.Inconclusive("What would be lost is not known: " + result.error() + ".",
                    "Restore access to PostgreSQL and retry, or accept going back without knowing.");
        }
        if (result.differingRows() == 0) {
            return new StepResult.Passed(
                    "Nothing was written to PostgreSQL since the switch: going back loses nothing.",
                    Map.of("verification", found.id(), "lost", 0));
        }
        String listed = result.tables().stream().anyMatch(table -> table.differing() > LISTED_PER_TABLE)
                ? " The first %,d of each table are listed.".formatted(LISTED_PER_TABLE)
                : " All are listed.";
        return new StepResult.Passed(
                "%s written to PostgreSQL since the switch and will not be in SQLite: %s.%s".formatted(
                        Counted.of(result.differingRows(), "row was", "rows were"), Comparison.byTable(result),
                        listed),
                Map.of("verification", found.id(), "lost", result.differingRows()));
    }
}
