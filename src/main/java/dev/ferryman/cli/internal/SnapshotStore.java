package dev.ferryman.cli.internal;

import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.copy.TargetCleanup.RememberedCopy;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanJson;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Snapshots with their plans in a directory, so that a copy can be resumed by another process. */
final class SnapshotStore {
    private static final String PLAN = ".plan.json";

    private final Path directory;

    SnapshotStore(Path directory) {
        this.directory = directory;
    }

    /**
     * A snapshot and what is to become of it.
     *
     * @param sha256 SHA-256 of the snapshot
     */
    record Planned(Path snapshot, String sha256, Plan plan) {}

    /** Keeps the plan beside its snapshot; it is complete there or not there. */
    Planned keep(SnapshotFile snapshot, Plan plan) throws IOException {
        Path part = planOf(snapshot.path()).resolveSibling(snapshot.path().getFileName() + PLAN + ".part");
        Files.writeString(part, PlanJson.write(plan));
        try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(part, planOf(snapshot.path()), StandardCopyOption.ATOMIC_MOVE);
        return new Planned(snapshot.path(), snapshot.sha256(), plan);
    }

    /**
     * Finds the snapshot and the plan that a copy was begun with.
     *
     * @throws BadInputException if they are not in this directory any more, or not what they were
     */
    Planned find(RememberedCopy copy) throws IOException {
        Path snapshot = directory.resolve(copy.snapshotFile());
        if (!Files.isRegularFile(snapshot) || !Files.isRegularFile(planOf(snapshot))) {
            throw new BadInputException("The unfinished copy was begun from " + copy.snapshotFile()
                    + ", which is not in " + directory + " with its plan.",
                    "Name its directory with --snapshot-dir, or give the copy up with clean --drop.");
        }
        String sha256 = Snapshot.sha256(snapshot);
        if (!sha256.equals(copy.snapshotSha256())) {
            throw new BadInputException("The snapshot " + snapshot + " is not the file that the copy was begun from.",
                    "Restore that file, or give the copy up with clean --drop.");
        }
        try {
            return new Planned(snapshot, sha256, PlanJson.read(Files.readString(planOf(snapshot))));
        } catch (IllegalArgumentException e) {
            throw new BadInputException("The plan beside " + snapshot + " cannot be read: " + e.getMessage(),
                    "Restore that file, or give the copy up with clean --drop.", e);
        }
    }

    /** Removes a snapshot that is of no use. */
    void remove(Path snapshot) throws IOException {
        Files.deleteIfExists(planOf(snapshot));
        Files.deleteIfExists(snapshot);
    }

    SqliteSource open(Planned planned) {
        return SqliteSource.snapshot(planned.snapshot());
    }

    private static Path planOf(Path snapshot) {
        return snapshot.resolveSibling(snapshot.getFileName() + PLAN);
    }
}
