package dev.ferryman.traffic.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** Replaces small text files so that a reader, or a crash, meets the old content or the new, never a part. */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes a file's text into another place beside it, with the same mode and owner. */
    public static void copy(Path from, Path to) throws IOException {
        write(to, Files.readString(from), from, () -> {});
    }

    /** Replaces a file's text; mode and owner stay. A symbolic link stays one, its target is replaced. */
    public static void replace(Path file, String text) throws IOException {
        replace(file, text, () -> {});
    }

    /**
     * Replaces a file's text as above.
     *
     * @param last called when all is ready but the replacement itself; throwing there leaves the file as it was
     */
    public static void replace(Path file, String text, Runnable last) throws IOException {
        Path real = file.toRealPath();
        write(real, text, real, last);
    }

    private static void write(Path to, String text, Path like, Runnable last) throws IOException {
        Path directory = to.toAbsolutePath().getParent();
        Path temporary = Files.createTempFile(directory, "." + to.getFileName(), ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            PosixFileAttributes wanted = Files.readAttributes(like, PosixFileAttributes.class);
            PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
            PosixFileAttributes made = view.readAttributes();
            if (!made.owner().equals(wanted.owner())) {
                view.setOwner(wanted.owner());
            }
            if (!made.group().equals(wanted.group())) {
                view.setGroup(wanted.group());
            }
            view.setPermissions(wanted.permissions());
            last.run();
            Files.move(temporary, to, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
                opened.force(true);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
