package dev.ferryman.copy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * A finished snapshot: complete, on disk, checked.
 *
 * @param path where it is
 * @param sha256 SHA-256 of the file, 64 lower-case hexadecimal digits
 * @param bytes size of the file
 * @param takenAt when the copying began; nothing written to the source later is in it
 * @param took time from there to the finished file, its checks included
 * @param stalled longest time a write of the application may have had to wait for the copying; zero in WAL mode, in which
 *        none waits
 */
public record SnapshotFile(Path path, String sha256, long bytes, Instant takenAt, Duration took,
        Duration stalled) {
    public SnapshotFile {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("no SHA-256: " + sha256);
        }
        if (bytes <= 0) {
            throw new IllegalArgumentException("a snapshot has at least one page, not " + bytes + " bytes");
        }
    }
}
