package dev.ferryman.cutover.internal;

import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.verify.VerifyOptions;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * {@code source.unchanged}: proves that the application wrote nothing since the snapshot. A second snapshot is equal to the
 * first byte by byte, or else its every value is compared with the target: only what is equal there passes.
 */
@Component
class SourceUnchangedStep extends EngineStep {
    private final Comparison comparison;

    SourceUnchangedStep(Material material, Comparison comparison) {
        super("source.unchanged", material);
        this.comparison = comparison;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        Material.Taken taken = material().requiredSnapshot(context);
        Path directory = material().directory(context, "recheck");
        context.ensureOwner();
        Material.remove(directory);
        try {
            SnapshotFile now = Snapshot.take(material().source(context), directory, SnapshotStep.listener(context),
                    context.clock());
            if (now.sha256().equals(taken.sha256())) {
                return new StepResult.Passed("The source is byte for byte what the snapshot holds.",
                        Map.of("sha256", now.sha256()));
            }
            context.output("The file is not byte for byte the snapshot; comparing every value.");
            return compare(context, SqliteSource.snapshot(now.path()));
        } finally {
            Material.remove(directory);
        }
    }

    private StepResult compare(StepContext context, SqliteSource now) throws InterruptedException {
        Comparison.Found found = comparison.run(context, now, VerificationView.Kind.SINCE_SNAPSHOT,
                VerifyOptions.LISTED_PER_TABLE);
        return switch (found.result().verdict()) {
            case PASSED ->
                new StepResult.Passed("The file's pages differ from the snapshot's, but every value is equal: "
                        + found.summary(), Map.of("verification", found.id()));
            case FAILED -> new StepResult.Failed("The application wrote to SQLite after the snapshot was taken: "
                    + found.summary(),
                    "Nothing is lost: the application is still on SQLite, and these rows are there. Find out what wrote"
                            + " although the application was to be read-only, roll back, and start a new cutover, which"
                            + " takes a new snapshot.");
            case ERROR -> new StepResult.Inconclusive(found.summary(),
                    "Restore access to the side that could not be read, then retry.");
        };
    }
}
