package dev.ferryman.cutover.internal;

import dev.ferryman.backup.ArchiveFile;
import dev.ferryman.backup.SealedFile;
import dev.ferryman.backup.StoragePlace;
import dev.ferryman.backup.StoragePlaces;
import dev.ferryman.backup.TableCounts;
import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.cutover.BackupView;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code archive.source}: the final SQLite file, through its own library (I5), and named configuration files, as one
 * compressed archive in a storage place. A run that was cut off left nothing that counts: the next one replaces it.
 */
@Component
class ArchiveStep extends EngineStep {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final StoragePlaces places;
    private final ArchiveSources sources;
    private final ArtefactStore artefacts;

    ArchiveStep(Material material, StoragePlaces places, ArchiveSources sources, ArtefactStore artefacts) {
        super("archive.source", material);
        this.places = places;
        this.sources = sources;
        this.artefacts = artefacts;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            places.named(arguments.required("place"));
            keep(arguments);
        });
    }

    /** It keeps for good, in a place that is not the rehearsal's. */
    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        return Optional.of("It would archive the source in " + new Arguments(with).text("place").orElse("a place")
                + ".");
    }

    private static @Nullable Duration keep(Arguments arguments) {
        Duration keep = arguments.duration("keep", Duration.ZERO);
        return keep.isZero() ? null : keep;
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException, SQLException {
        Cutover cutover = material().cutover(context);
        if (!cutover.switched()) {
            throw new BadInputException("The application is on SQLite: this is not its final file.",
                    "Put the step behind the switch.");
        }
        var arguments = new Arguments(context.with());
        StoragePlace place = places.named(arguments.required("place"));
        long started = System.nanoTime();
        Path directory = material().directory(context, "archive");
        context.ensureOwner();
        Material.remove(directory);
        try {
            SqliteSource source = material().source(context);
            SnapshotFile taken = Snapshot.take(source, directory, SnapshotStep.listener(context), context.clock());
            SortedMap<String, Long> rows = rows(taken.path());
            Map<String, SealedFile> entries = new LinkedHashMap<>();
            entries.put(source.path().getFileName().toString(),
                    new SealedFile(taken.path(), taken.bytes(), taken.sha256()));
            entries.putAll(sources.open(arguments.list("files"), source.path()));
            SealedFile archive = ArchiveFile.write(entries, manifest(cutover, source.path(), taken, entries, rows),
                    directory.resolve("archive.zip"));
            String key = context.cutoverId() + "/" + context.stepKey() + "/" + source.path().getFileName() + ".zip";
            context.intent("Store the archive in " + place.location(key));
            place.store(key, archive);
            context.outcome("The archive in " + place.location(key) + " was read back: it has the same SHA-256");
            var copy = new ArtefactStore.Copy(arguments.required("place"), key, place.location(key));
            artefacts.add(new ArtefactStore.New(context.cutoverId(), context.stepKey(), BackupView.Kind.ARCHIVE,
                    copy.location(), copy, archive.bytes(), archive.sha256(), "Ferryman, ZIP", taken.takenAt(),
                    Duration.ofNanos(System.nanoTime() - started), rows, entries.size(), keep(arguments)));
            return passed(copy, archive, entries);
        } finally {
            Material.remove(directory);
        }
    }

    private static StepResult passed(ArtefactStore.Copy copy, SealedFile archive, Map<String, SealedFile> entries) {
        return new StepResult.Passed("%s: %,d bytes, read back, with %s.".formatted(copy.location(), archive.bytes(),
                String.join(", ", entries.keySet())),
                Map.of("location", copy.location(), "sha256", archive.sha256(), "bytes", archive.bytes()));
    }

    private static SortedMap<String, Long> rows(Path snapshot) throws SQLException, InterruptedException {
        try (Connection connection = SqliteSource.snapshot(snapshot).connect()) {
            return TableCounts.sqlite(connection);
        }
    }

    private static String manifest(Cutover cutover, Path source, SnapshotFile taken, Map<String, SealedFile> entries,
            SortedMap<String, Long> rows) {
        List<Map<String, Object>> files = new ArrayList<>();
        entries.forEach((name, file) -> files.add(Map.of("name", name, "bytes", file.bytes(), "sha256",
                file.sha256())));
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("cutover", cutover.id());
        manifest.put("name", cutover.name());
        manifest.put("source", source.toString());
        manifest.put("takenAt", taken.takenAt().toString());
        manifest.put("files", files);
        manifest.put("rows", rows);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(manifest);
    }
}
