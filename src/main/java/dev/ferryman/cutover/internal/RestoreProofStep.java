package dev.ferryman.cutover.internal;

import dev.ferryman.backup.RestoreProof;
import dev.ferryman.backup.SealedFile;
import dev.ferryman.cutover.BackupView;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * {@code backup.restore-proof}: restores a backup somewhere else, counts its rows and measures the time. A dump goes into a
 * scratch database that is dropped in the end, by whoever comes after where the run was cut off.
 */
@Component
class RestoreProofStep extends EngineStep {
    private static final List<BackupView.Kind> KINDS = List.of(BackupView.Kind.SQLITE, BackupView.Kind.POSTGRES);

    private final BackupShelf shelf;
    private final Backups backups;
    private final ScratchCopies scratches;

    RestoreProofStep(Material material, BackupShelf shelf, Backups backups, ScratchCopies scratches) {
        super("backup.restore-proof", material);
        this.shelf = shelf;
        this.backups = backups;
        this.scratches = scratches;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            Backups.check(arguments);
            ScratchServers.check(arguments);
        });
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        ArtefactStore.Kept kept = backups.named(context, KINDS);
        BackupView view = kept.view();
        Path directory = Backups.made(shelf.directory(context));
        RestoreProof.Proof proof = backups.with(context, kept, directory,
                file -> view.kind() == BackupView.Kind.SQLITE
                        ? RestoreProof.sqlite(file, kept.rows(), directory.resolve("restored.sqlite"))
                        : postgres(context, arguments, kept, file));
        return passed(context, view, proof);
    }

    private StepResult passed(StepContext context, BackupView view, RestoreProof.Proof proof) {
        String sentence = "%s of %s came back, as many as when it was taken.".formatted(
                Counted.of(proof.rows(), "row"), Counted.of(proof.tables(), "table"));
        shelf.artefacts().restored(view.id(),
                new BackupView.Restored(context.clock().instant(), proof.took(), sentence));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("backup", view.step());
        facts.put("restoreMillis", proof.took().toMillis());
        facts.put("tables", proof.tables());
        facts.put("rows", proof.rows());
        return new StepResult.Passed("%s restored in %,d ms. %s".formatted(view.fileName(), proof.took().toMillis(),
                sentence), facts);
    }

    private RestoreProof.Proof postgres(StepContext context, Arguments arguments, ArtefactStore.Kept kept,
            SealedFile file) throws InterruptedException {
        boolean here = arguments.text("server").isEmpty();
        PostgresTarget target = material().target(context);
        context.ensureOwner();
        RestoreProof.Proof proof;
        try (ScratchCopies.Copy copy = scratches.begin(context, arguments, target, "proof")) {
            context.intent("Restore " + kept.view().fileName() + " into the scratch database " + copy.name() + " of "
                    + copy.server().display());
            proof = RestoreProof.postgres(file, kept.rows(), copy.server(), copy.name(), here, shelf.settings(),
                    context::output);
        }
        context.outcome("Restored, counted, and the scratch database dropped");
        return proof;
    }
}
