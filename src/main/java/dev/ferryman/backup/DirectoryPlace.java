package dev.ferryman.backup;

import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** A directory such as a mounted share. */
public final class DirectoryPlace implements StoragePlace {
    private final Path directory;

    /** @param directory made when something is stored */
    public DirectoryPlace(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    @Override
    public String display() {
        return directory.toString();
    }

    @Override
    public String location(String key) {
        return path(key).toString();
    }

    @Override
    public void store(String key, SealedFile file) {
        Path named = path(key);
        Path part = named.resolveSibling(named.getFileName() + ".part");
        try {
            if (Files.isRegularFile(named) && SealedFile.of(named).sha256().equals(file.sha256())) {
                return;
            }
            Files.createDirectories(named.getParent());
            Files.copy(file.path(), part, StandardCopyOption.REPLACE_EXISTING);
            SealedFile stored = SealedFile.finish(part, named);
            if (!stored.sha256().equals(file.sha256())) {
                Files.delete(named);
                throw new BadInputException("The copy in " + named + " is not what was written there.",
                        "It was removed. Look after the disk or share below it, then retry.");
            }
        } catch (IOException e) {
            throw refusal("cannot be stored in", named, e);
        } finally {
            removeQuietly(part);
        }
    }

    @Override
    public Optional<SealedFile> fetch(String key, Path into) {
        Path named = path(key);
        try {
            if (!Files.isRegularFile(named)) {
                return Optional.empty();
            }
            Files.copy(named, into, StandardCopyOption.REPLACE_EXISTING);
            return Optional.of(SealedFile.of(into));
        } catch (IOException e) {
            throw refusal("cannot be fetched from", named, e);
        }
    }

    @Override
    public void remove(String key) {
        Path named = path(key);
        try {
            Files.deleteIfExists(named);
            for (int slash = key.lastIndexOf('/'); slash > 0
                    && isEmpty(path(key.substring(0, slash))); slash = key.lastIndexOf('/', slash - 1)) {
                Files.delete(path(key.substring(0, slash)));
            }
        } catch (IOException e) {
            throw refusal("cannot be removed from", named, e);
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (var files = Files.newDirectoryStream(directory)) {
            return !files.iterator().hasNext();
        }
    }

    private Path path(String key) {
        return directory.resolve(StoragePlace.requireKey(key));
    }

    private static BadInputException refusal(String what, Path named, IOException e) {
        return new BadInputException("The file " + what + " " + named + ": " + e,
                "What was to be stored is still where it was made. Make room there, mount it or give Ferryman's user the"
                        + " right, then retry.",
                e);
    }

    private static void removeQuietly(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // The next attempt replaces it.
        }
    }
}
