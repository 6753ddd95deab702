package dev.ferryman.cutover.internal;

import dev.ferryman.backup.Backup;
import dev.ferryman.backup.BackupRoots;
import dev.ferryman.backup.BackupSettings;
import dev.ferryman.backup.DirectoryPlace;
import dev.ferryman.backup.SealedFile;
import dev.ferryman.backup.StoragePlace;
import dev.ferryman.backup.StoragePlaces;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.StepContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Where a cutover's backups lie: a directory per cutover and step below an allowed root, and a second copy elsewhere. The
 * list of them is in the state store.
 */
@Component
class BackupShelf {
    /** Below the work directory and the directory of second copies; no cutover has this id. */
    private static final String DIRECTORY = "backups";
    private static final String NONE = "none";

    private final BackupSettings settings;
    private final CutoverProperties properties;
    private final StoragePlaces places;
    private final ArtefactStore artefacts;
    private final DataPlaneMetrics meters;

    BackupShelf(BackupSettings settings, CutoverProperties properties, StoragePlaces places, ArtefactStore artefacts,
            DataPlaneMetrics meters) {
        this.settings = settings;
        this.properties = properties;
        this.places = places;
        this.artefacts = artefacts;
        this.meters = meters;
    }

    BackupSettings settings() {
        return settings;
    }

    ArtefactStore artefacts() {
        return artefacts;
    }

    /** What is wrong with the arguments of a step that makes a backup. */
    List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            root(arguments);
            keep(arguments);
            second(arguments);
        });
    }

    /** Where the step's backups go. What lies there and is in no list was left by a run that was cut off: it is removed. */
    Path directory(StepContext context) {
        Path directory = root(new Arguments(context.with())).resolve(context.cutoverId()).resolve(context.stepKey());
        Set<String> listed = artefacts.views(context.cutoverId()).stream().map(view -> view.location())
                .collect(Collectors.toSet());
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory.toRealPath())) {
                for (Path file : files.filter(each -> !listed.contains(each.toString())).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("What an earlier run left in " + directory + " cannot be removed", e);
            }
        }
        return directory;
    }

    /**
     * Copies a backup to its second place and lists it.
     *
     * @return what to add to the step's sentence
     */
    String keep(StepContext context, Backup backup) throws InterruptedException {
        var arguments = new Arguments(context.with());
        Optional<Second> second = second(arguments);
        ArtefactStore.Copy copy = null;
        if (second.isPresent()) {
            String key = context.cutoverId() + "/" + context.stepKey() + "/" + backup.path().getFileName();
            StoragePlace place = second.get().place();
            context.intent("Copy the backup to " + place.location(key));
            place.store(key, new SealedFile(backup.path(), backup.bytes(), backup.sha256()));
            context.outcome("The copy in " + place.location(key) + " was read back: it has the same SHA-256");
            copy = new ArtefactStore.Copy(second.get().name(), key, place.location(key));
        }
        artefacts.add(ArtefactStore.New.of(context.cutoverId(), context.stepKey(), backup, copy, keep(arguments)));
        meters.backup(context.cutoverId(), context.stepKey(), backup.bytes(), backup.takenAt());
        return copy == null ? "" : " A second copy is in " + copy.location() + ".";
    }

    /** The place that holds an artefact's copy. */
    StoragePlace place(ArtefactStore.Copy copy) {
        return copy.place().isEmpty()
                ? configuredSecond().orElseThrow(() -> new BadInputException(
                        "The second copy is in " + copy.location() + ", which is configured no longer.",
                        "Set ferryman.snapshot-second-directory again."))
                : places.named(copy.place());
    }

    /** How long backups of this step are kept after the cutover has ended. */
    private Duration keep(Arguments arguments) {
        return arguments.duration("keep", properties.snapshotRetention());
    }

    private record Second(String name, StoragePlace place) {}

    private Optional<Second> second(Arguments arguments) {
        Optional<String> named = arguments.text("second");
        Optional<Second> second = named.isEmpty()
                ? configuredSecond().map(place -> new Second("", place))
                : named.filter(name -> !name.equals(NONE)).map(name -> new Second(name, places.named(name)));
        if (second.isEmpty() && arguments.number("copies", 1, 1, 2) == 2) {
            throw new BadInputException("Two copies are asked for, and there is no second place to keep one in.",
                    "Set ferryman.snapshot-second-directory, or name a place of ferryman.archive.places in ‘second’.");
        }
        return second;
    }

    private Optional<StoragePlace> configuredSecond() {
        return Optional.ofNullable(properties.snapshotSecondDirectory())
                .map(directory -> new DirectoryPlace(directory.resolve(DIRECTORY)));
    }

    private Path root(Arguments arguments) {
        List<Path> roots = settings.roots().isEmpty()
                ? List.of(properties.workDirectory().toAbsolutePath().normalize().resolve(DIRECTORY))
                : settings.roots();
        Optional<String> asked = arguments.text("directory");
        if (asked.isEmpty()) {
            return roots.getFirst();
        }
        return new BackupRoots(roots).resolve(asked.get());
    }
}
