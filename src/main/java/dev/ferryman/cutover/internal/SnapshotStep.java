package dev.ferryman.cutover.internal;

import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.copy.SnapshotListener;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code engine.snapshot}: a consistent, checked copy of the live file. A run that was cut off left nothing; it begins anew.
 * {@code keep} says how long it is kept after the cutover was completed.
 */
@Component
class SnapshotStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "engine.snapshot";

    SnapshotStep(Material material) {
        super(TYPE, material);
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, SnapshotStep::kept);
    }

    private static Optional<Duration> kept(Arguments arguments) {
        Duration keep = arguments.duration("keep", Duration.ZERO);
        return keep.isZero() ? Optional.empty() : Optional.of(keep);
    }

    /** How long the cutover's template keeps its snapshot; empty where it does not say. */
    static Optional<Duration> kept(Cutover cutover) {
        return cutover.template().steps().stream().filter(step -> TYPE.equals(step.uses())).findFirst()
                .flatMap(step -> kept(new Arguments(Arguments.resolved(step.with(), cutover.parameters()))));
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        Path directory = material().directory(context, "snapshot");
        context.ensureOwner();
        Material.remove(directory);
        SnapshotFile file = Snapshot.take(material().source(context), directory, listener(context), context.clock());
        context.output("SHA-256 " + file.sha256());
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("path", file.path().toString());
        facts.put("sha256", file.sha256());
        facts.put("bytes", file.bytes());
        facts.put("stalledMillis", file.stalled().toMillis());
        facts.put("takenAt", file.takenAt().toString());
        String sentence = "%,d bytes in %s, integrity checked.".formatted(file.bytes(),
                Watching.spoken(file.took()))
                + stalled(file);
        Optional<SecondPlace> second = material().secondPlace();
        if (second.isPresent()) {
            Path copy = second.get().store(file, context.cutoverId());
            context.output("Copied to " + copy + " and read back.");
            facts.put("secondPath", copy.toString());
            sentence += " Copied to a second place.";
        }
        return new StepResult.Passed(sentence, facts);
    }

    /** What the application's writes had to do with it. */
    static String stalled(SnapshotFile file) {
        return file.stalled().isZero()
                ? " The application's writes went on meanwhile."
                : " Writes of the application had to wait for %,d ms at most.".formatted(file.stalled().toMillis());
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
