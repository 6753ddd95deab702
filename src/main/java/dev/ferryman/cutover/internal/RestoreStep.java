package dev.ferryman.cutover.internal;

import dev.ferryman.backup.DatabaseSwap;
import dev.ferryman.backup.RestoreProof;
import dev.ferryman.cutover.BackupView;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/**
 * {@code backup.restore}: a dump takes the place of the database, see {@link DatabaseSwap}. The last way back: everything
 * written since the dump is left behind in the old database, which is kept.
 */
@Component
class RestoreStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "backup.restore";
    private static final int LISTED = 20;
    /** Digits of a backup's checksum that tell it from the others of a cutover. */
    private static final int DIGEST = 12;

    private final BackupShelf shelf;
    private final Backups backups;
    private final ScratchCopies scratches;

    RestoreStep(Material material, BackupShelf shelf, Backups backups, ScratchCopies scratches) {
        super(TYPE, material);
        this.shelf = shelf;
        this.backups = backups;
        this.scratches = scratches;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, Backups::check);
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        PostgresTarget target = material().target(context);
        var swap = new DatabaseSwap(target, context.cutoverId() + "/" + context.stepKey(), context::output);
        Optional<String> done = swap.replaced();
        if (done.isPresent()) {
            return new StepResult.Passed("The backup has taken the place of the database. The old one is kept as "
                    + done.get() + ", read-only.", Map.of("old", done.get()));
        }
        swap.requireRights();
        ArtefactStore.Kept kept = backups.dump(context);
        Map<String, Object> facts = new LinkedHashMap<>();
        context.ensureOwner();
        String ready = scratches.restored(context, kept.view().sha256().substring(0, DIGEST));
        if (!swap.isReady(ready)) {
            restore(context, swap, ready, kept, facts);
        }
        String lost = lost(context, target, kept);
        context.intent("End every session of " + target.display() + ", and let the restored database take its name");
        long started = System.nanoTime();
        String old = swap.swap(ready, context.clock().instant());
        long millis = (System.nanoTime() - started) / 1_000_000;
        context.outcome("It has. The old database is " + old);
        facts.put("old", old);
        facts.put("swapMillis", millis);
        facts.put("lost", lost);
        return new StepResult.Passed(
                "The backup of %s has taken the place of the database; sessions were ended for %,d ms."
                        .formatted(RollbackOutlook.AT.format(kept.view().takenAt()), millis)
                        + " The old database is kept as " + old
                        + ", read-only. " + lost,
                facts);
    }

    private void restore(StepContext context, DatabaseSwap swap, String ready, ArtefactStore.Kept kept,
            Map<String, Object> facts) throws InterruptedException {
        BackupView view = kept.view();
        context.intent("Restore " + view.fileName() + " into a new database beside the old one");
        RestoreProof.Proof proof;
        try (ScratchCopies.Copy making = scratches.begin(context, new Arguments(Map.of()), material().target(context),
                "restoring")) {
            proof = backups.with(context, kept, shelf.directory(context),
                    file -> swap.restore(making.name(), ready, file, kept.rows(), shelf.settings()));
        }
        context.outcome("%s of %s came back".formatted(Counted.of(proof.rows(), "row"),
                Counted.of(proof.tables(), "table")));
        facts.put("restoreMillis", proof.took().toMillis());
        facts.put("rows", proof.rows());
    }

    /** What stays behind in the old database: counted, since an application may still write until the swap. */
    private static String lost(StepContext context, PostgresTarget target, ArtefactStore.Kept kept)
            throws InterruptedException {
        SortedMap<String, Long> now = SchemaLook.rows(target);
        List<String> differing = new ArrayList<>();
        var tables = new TreeSet<>(kept.rows().keySet());
        tables.addAll(now.keySet());
        for (String table : tables) {
            long then = Objects.requireNonNullElse(kept.rows().get(table), 0L);
            long rows = Objects.requireNonNullElse(now.get(table), 0L);
            if (then != rows) {
                differing.add("%s %+,d".formatted(table, rows - then));
            }
        }
        differing.stream().limit(LISTED).forEach(each -> context.output("Rows since the backup: " + each));
        return RestoreProspect.written(context.facts(kept.view().step()), target)
                .map(written -> "Left behind there: " + Counted.of(written, "row")
                        + " written since the backup, those of the"
                        + " change itself among them")
                .orElse("Left behind there: whatever was written since the backup")
                + (differing.isEmpty()
                        ? "."
                        : "; rows now and then: " + String.join(", ",
                                differing.subList(0, Math.min(LISTED, differing.size()))) + ".");
    }
}
