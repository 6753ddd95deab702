package dev.ferryman.cutover.internal;

import dev.ferryman.copy.CopyResult;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
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
                : ", %,d of %,d chunks by an earlier run".formatted(result.chunksBefore(), result.chunks());
        return new StepResult.Passed(
                "%,d rows of %d tables, %,d bytes%s%s.".formatted(result.rows(), result.tables().size(),
                        result.bytes(), resumed, result.quarantined() == 0
                                ? ""
                                : "; %,d rows in quarantine, as the plan says".formatted(result.quarantined())),
                Map.of("rows", result.rows(), "bytes", result.bytes(), "quarantined", result.quarantined()));
    }
}
