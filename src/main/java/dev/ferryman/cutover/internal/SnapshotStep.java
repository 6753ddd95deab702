package dev.ferryman.cutover.internal;

import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.copy.SnapshotListener;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.stereotype.Component;

/** {@code engine.snapshot}: a consistent, checked copy of the live file. A run that was cut off left nothing; it begins anew. */
@Component
class SnapshotStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "engine.snapshot";

    SnapshotStep(Material material) {
        super(TYPE, material);
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        Path directory = material().directory(context, "snapshot");
        context.ensureOwner();
        Material.remove(directory);
        SnapshotFile file = Snapshot.take(material().source(context), directory, listener(context), context.clock());
        context.output("SHA-256 " + file.sha256());
        return new StepResult.Passed(
                "%,d bytes in %s, integrity checked.".formatted(file.bytes(), MonitorStep.spoken(file.took())),
                Map.of("path", file.path().toString(), "sha256", file.sha256(), "bytes", file.bytes(), "takenAt",
                        file.takenAt().toString()));
    }

    static SnapshotListener listener(StepContext context) {
        return new SnapshotListener() {
            @Override
            public void copied(long copied, long total) {
                context.progress("bytes", copied, total, copied);
            }

            @Override
            public void checking() {
                context.output("All pages are copied; checking integrity.");
            }
        };
    }
}
