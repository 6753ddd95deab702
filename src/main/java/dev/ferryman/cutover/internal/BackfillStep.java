package dev.ferryman.cutover.internal;

import dev.ferryman.copy.CopyResult;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import java.util.Map;
import org.springframework.stereotype.Component;

/** {@code engine.backfill}: copies all rows of the snapshot, each chunk exactly once. */
@Component
class BackfillStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "engine.backfill";

    private final CopyWork copies;

    BackfillStep(Material material, CopyWork copies) {
        super(TYPE, material);
        this.copies = copies;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        CopyResult result = copies.job(context).backfill();
        copies.count(context, result);
        String resumed = result.chunksBefore() == 0
                ? ""
                : ", %,d of %s by an earlier run".formatted(result.chunksBefore(),
                        Counted.of(result.chunks(), "chunk"));
        return new StepResult.Passed(
                "%s of %s, %,d bytes%s%s.".formatted(Counted.of(result.rows(), "row"),
                        Counted.of(result.tables().size(), "table"), result.bytes(), resumed, result.quarantined() == 0
                                ? ""
                                : "; " + Counted.of(result.quarantined(), "row") + " in quarantine, as the plan says"),
                Map.of("rows", result.rows(), "bytes", result.bytes(), "quarantined", result.quarantined()));
    }
}
