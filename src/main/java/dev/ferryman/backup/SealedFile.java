package dev.ferryman.backup;

import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file whose content is known by its checksum. Never for a live SQLite file, which is touched through its own library
 * only (I5).
 *
 * @param path where it is
 * @param bytes its size
 * @param sha256 64 lower-case hexadecimal digits
 */
public record SealedFile(Path path, long bytes, String sha256) {
    private static final int BUFFER = 256 * 1024;

    /** Reads a file and seals what is in it. */
    public static SealedFile of(Path path) throws IOException {
        try (InputStream content = Files.newInputStream(path)) {
            return new SealedFile(path, Files.size(path), sha256(content));
        }
    }

    /** SHA-256 of a stream to its end, 64 lower-case hexadecimal digits. */
    public static String sha256(InputStream content) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Makes sure that a file holds this content.
     *
     * @throws BadInputException if it does not
     */
    void requireSame(Path file) throws IOException {
        if (!of(file).sha256().equals(sha256)) {
            throw new BadInputException("The file " + file + " is no longer what was backed up: its SHA-256 differs.",
                    "Do not use it. Look after the disk, use the second copy, or take another backup.");
        }
    }

    /**
     * Brings a finished file to the disk, seals it, and only then gives it its name: whoever finds the name finds the whole
     * file, after a power cut too.
     *
     * @param part the file as it was written, in the directory of its final name
     */
    public static SealedFile finish(Path part, Path named) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        SealedFile sealed = of(part);
        Files.move(part, named, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(named.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
        return new SealedFile(named, sealed.bytes(), sealed.sha256());
    }
}
