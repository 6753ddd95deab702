package dev.ferryman.report.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.report.FileTooLargeException;
import dev.ferryman.runbook.ReportTrail.Attachment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.unit.DataSize;

/**
 * The content of attached files: one directory per cutover, each file named by the SHA-256 of what is in it. The name a
 * person gave never becomes part of a path.
 */
public final class AttachedFiles {
    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final String ARRIVING = "arriving-";
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final Path directory;
    private final DataSize largest;
    private final Clock clock;

    /** @param largest how large a file may be */
    AttachedFiles(Path directory, DataSize largest, Clock clock) {
        this.directory = directory;
        this.largest = largest;
        this.clock = clock;
    }

    /** Content that has arrived and belongs to no cutover yet. */
    public record Arrived(Path at, long size, String sha256) {}

    /** Whether the content is what the log says. */
    public enum Condition {
        /** Its hash is the one in the log. */
        WHOLE,
        /** It is there with another content. */
        ALTERED,
        /** It is not there. */
        MISSING
    }

    /**
     * Takes content in.
     *
     * @throws BadInputException where it is empty or too large; nothing is kept
     */
    public Arrived receive(String cutoverId, InputStream content) throws IOException {
        Path place = Files.createDirectories(place(cutoverId));
        Path at = Files.createTempFile(place, ARRIVING, "");
        try {
            MessageDigest digest = sha256();
            long size = copy(new DigestInputStream(content, digest), at);
            if (size == 0) {
                throw new BadInputException("The file is empty.", "Choose a file with something in it.");
            }
            return new Arrived(at, size, HexFormat.of().formatHex(digest.digest()));
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(at);
            throw e;
        }
    }

    private long copy(InputStream from, Path to) throws IOException {
        long size = 0;
        byte[] buffer = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(to)) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                size += read;
                if (size > largest.toBytes()) {
                    throw new FileTooLargeException(largest);
                }
                out.write(buffer, 0, read);
            }
        }
        return size;
    }

    /** Gives arrived content its place. */
    public void keep(String cutoverId, Arrived arrived) throws IOException {
        Files.move(arrived.at(), path(cutoverId, arrived.sha256()), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes what is not attached: removed files, and what a crash or a refusal left behind. */
    public void sweep(String cutoverId, List<Attachment> attached) throws IOException {
        Path place = place(cutoverId);
        if (!Files.isDirectory(place)) {
            return;
        }
        Set<String> wanted = attached.stream().map(Attachment::sha256)
                .collect(Collectors.toUnmodifiableSet());
        try (Stream<Path> files = Files.list(place)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                boolean goes = name.startsWith(ARRIVING) ? abandoned(file) : !wanted.contains(name);
                if (goes) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private boolean abandoned(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant().isBefore(clock.instant().minus(ABANDONED));
    }

    /** Reads the content and says whether it is what the log says. */
    public Condition condition(String cutoverId, Attachment file) {
        Path path = path(cutoverId, file.sha256());
        if (!Files.isRegularFile(path)) {
            return Condition.MISSING;
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(path), sha256())) {
            in.transferTo(OutputStream.nullOutputStream());
            String found = HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
            return found.equals(file.sha256()) ? Condition.WHOLE : Condition.ALTERED;
        } catch (NoSuchFileException _) {
            // Removed by somebody at this moment.
            return Condition.MISSING;
        } catch (IOException e) {
            throw new UncheckedIOException("An attached file cannot be read", e);
        }
    }

    /** Where the content with this hash is, or would be. */
    public Path path(String cutoverId, String sha256) {
        if (!SHA_256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("Not a SHA-256 in hex");
        }
        return place(cutoverId).resolve(sha256);
    }

    private Path place(String cutoverId) {
        if (!ID.matcher(cutoverId).matches()) {
            throw new IllegalArgumentException("Not the id of a cutover");
        }
        return directory.resolve(cutoverId);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
