package dev.ferryman.cutover.internal;

import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Where snapshots are copied to as well, such as a mounted share: a backup on the disk of what it is a backup of is lost
 * together with it. Only finished snapshots are read, never a live file (I5).
 */
final class SecondPlace {
    private final Path directory;

    /**
     * @param directory one directory per cutover is made below it, named by the cutover's id
     */
    SecondPlace(Path directory) {
        this.directory = directory.toAbsolutePath();
    }

    /**
     * Copies a snapshot there and reads it back: what is there has the same SHA-256, or nothing is.
     *
     * @throws BadInputException if it cannot be written there or comes back otherwise
     */
    Path store(SnapshotFile snapshot, String cutoverId) {
        Path home = directory.resolve(cutoverId);
        Path part = home.resolve(snapshot.path().getFileName() + ".part");
        Path finished = home.resolve(snapshot.path().getFileName());
        try {
            Material.remove(home);
            Files.createDirectories(home);
            Files.copy(snapshot.path(), part);
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            if (!Snapshot.sha256(part).equals(snapshot.sha256())) {
                Files.delete(part);
                throw new BadInputException("The copy of the snapshot in " + home + " is not what was written there.",
                        "Look after the disk or share below it, then retry the step.");
            }
            return Files.move(part, finished, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new BadInputException("The snapshot cannot be copied to its second place " + home + ": " + e,
                    "Nothing is lost: make room there or mount it, then retry the step. Without a second place, leave"
                            + " ferryman.snapshot-second-directory empty.",
                    e);
        }
    }
}
