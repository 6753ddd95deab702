package dev.ferryman.cutover.internal;

import dev.ferryman.backup.SealedFile;
import dev.ferryman.cutover.BackupView;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.StepContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds the backup that a step's arguments name ({@code backup}, {@code copy}), and its file. */
@Component
class Backups {
    private final BackupShelf shelf;

    Backups(BackupShelf shelf) {
        this.shelf = shelf;
    }

    /** Something is done with a backup's file. */
    @FunctionalInterface
    interface Work<T> {
        T with(SealedFile file) throws InterruptedException;
    }

    /** Refuses arguments that name nothing. */
    static void check(Arguments arguments) {
        second(arguments);
    }

    /** The dump that is named, or else the latest. */
    ArtefactStore.Kept dump(StepContext context) {
        return named(context, List.of(BackupView.Kind.POSTGRES));
    }

    /** The backup of one of these kinds that is named, or else the latest. */
    ArtefactStore.Kept named(StepContext context, List<BackupView.Kind> kinds) {
        @Nullable
        String step = new Arguments(context.with()).text("backup").orElse(null);
        return shelf.artefacts().latest(context.cutoverId(), step, kinds).orElseThrow(() -> new BadInputException(
                "There is no backup" + (step == null ? "" : " of the step " + step) + " to restore.",
                "Run the step that takes it first."));
    }

    /** Does it with the first copy, or with the second where that is asked for: fetched, and removed afterwards. */
    <T> T with(StepContext context, ArtefactStore.Kept kept, Path directory, Work<T> work) throws InterruptedException {
        BackupView view = kept.view();
        if (!second(new Arguments(context.with()))) {
            return work.with(new SealedFile(Path.of(view.location()), view.bytes(), view.sha256()));
        }
        Path fetched = made(directory).resolve("fetched");
        try {
            return work.with(fetch(kept, fetched));
        } finally {
            delete(fetched);
        }
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

    /** A directory of the step's own. */
    static Path made(Path directory) {
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
