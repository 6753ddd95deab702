package dev.ferryman.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;

/** A file for a secret: only its owner may read it, and it is there whole or not at all. */
final class PrivateFile {
    private PrivateFile() {}

    /**
     * The file's text, without white space around it.
     *
     * @param first what is written into it where it does not exist yet
     */
    static String keep(Path file, Supplier<String> first) throws IOException {
        if (!Files.exists(file)) {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.deleteIfExists(part);
            if (Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
                Files.createFile(part,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(part, first.get());
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file).strip();
    }
}
