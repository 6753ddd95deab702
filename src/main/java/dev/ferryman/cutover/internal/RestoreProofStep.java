package dev.ferryman.cutover.internal;

import dev.ferryman.backup.RestoreProof;
import dev.ferryman.backup.SealedFile;
import dev.ferryman.cutover.BackupView;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.endpoint.SecretRoots;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * {@code backup.restore-proof}: restores a backup somewhere else, counts its rows and measures the time. A dump goes into a
 * scratch database that is dropped in the end; what a run that was cut off left is dropped by the next.
 */
@Component
class RestoreProofStep extends EngineStep {
    private static final List<BackupView.Kind> KINDS = List.of(BackupView.Kind.SQLITE, BackupView.Kind.POSTGRES);

    private final BackupShelf shelf;
    private final SecretRoots secrets;

    RestoreProofStep(Material material, BackupShelf shelf, SecretRoots secrets) {
        super("backup.restore-proof", material);
        this.shelf = shelf;
        this.secrets = secrets;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            second(arguments);
            arguments.text("server").ifPresent(url -> PostgresTarget.parse(Connections.requireNoPassword(url), null));
        });
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        ArtefactStore.Kept kept = backup(context, arguments.text("backup").orElse(null));
        BackupView view = kept.view();
        Path directory = made(shelf.directory(context));
        Path fetched = directory.resolve("fetched");
        try {
            SealedFile file = second(arguments)
                    ? fetch(kept, fetched)
                    : new SealedFile(Path.of(view.location()), view.bytes(), view.sha256());
            RestoreProof.Proof proof = view.kind() == BackupView.Kind.SQLITE
                    ? RestoreProof.sqlite(file, kept.rows(), directory.resolve("restored.sqlite"))
                    : postgres(context, arguments, kept, file);
            return passed(context, view, proof);
        } finally {
            delete(fetched);
        }
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
        Optional<String> url = arguments.text("server");
        PostgresTarget server = url.isEmpty() ? material().target(context) : server(context, url.get(), arguments);
        // One name per cutover: steps of a cutover run one after the other.
        String name = "ferryman_proof_" + context.cutoverId().replaceAll("[^a-z0-9]", "_");
        context.intent("Restore " + kept.view().fileName() + " into the scratch database " + name + " of "
                + server.display());
        RestoreProof.Proof proof = RestoreProof.postgres(file, kept.rows(), server, name, url.isEmpty(),
                shelf.settings(), context::output);
        context.outcome("Restored, counted, and the scratch database dropped");
        return proof;
    }

    private PostgresTarget server(StepContext context, String url, Arguments arguments) {
        Secret password = arguments.text("password").map(secrets::open).orElse(null);
        if (password != null) {
            context.conceal(password.reveal());
        }
        return PostgresTarget.parse(Connections.requireNoPassword(url), password);
    }

    private ArtefactStore.Kept backup(StepContext context, @Nullable String step) {
        return shelf.artefacts().latest(context.cutoverId(), step, KINDS).orElseThrow(() -> new BadInputException(
                "There is no backup" + (step == null ? "" : " of the step " + step) + " to restore.",
                "Run the step that takes it first."));
    }

    private static boolean second(Arguments arguments) {
        return switch (arguments.text("copy").orElse("first")) {
            case "first" -> false;
            case "second" -> true;
            default -> throw new BadInputException("copy is neither first nor second.", "Correct it.");
        };
    }

    private SealedFile fetch(ArtefactStore.Kept kept, Path into) throws InterruptedException {
        BackupView view = kept.view();
        if (view.secondLocation() == null) {
            throw new BadInputException("The backup of the step " + view.step() + " has no second copy.",
                    "Give its step a second place, or restore the first copy.");
        }
        ArtefactStore.Copy copy = Objects.requireNonNull(kept.copy());
        SealedFile fetched = shelf.place(copy).fetch(copy.key(), into).orElseThrow(() -> new BadInputException(
                "The second copy " + copy.location() + " is gone.", "Take another backup."));
        return new SealedFile(fetched.path(), view.bytes(), view.sha256());
    }

    private static Path made(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new BadInputException("The directory " + directory + " cannot be made: " + e,
                    "Give the user Ferryman runs as the right to write there.", e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("What was fetched cannot be removed", e);
        }
    }
}
