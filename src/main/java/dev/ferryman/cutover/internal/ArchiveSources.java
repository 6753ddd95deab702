package dev.ferryman.cutover.internal;

import dev.ferryman.backup.BackupSettings;
import dev.ferryman.backup.SealedFile;
import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * The configuration files an archive may hold: below the allowed directories, and no database. Reading a live SQLite file as
 * an ordinary one would drop its locks (I5).
 */
@Component
class ArchiveSources {
    private static final Pattern DATABASE = Pattern
            .compile("(?i).*(\\.db|\\.db3|\\.sqlite|\\.sqlite3|-wal|-shm|-journal)");

    private final BackupSettings settings;

    ArchiveSources(BackupSettings settings) {
        this.settings = settings;
    }

    /**
     * The files, by the name they get in the archive.
     *
     * @param paths absolute paths
     * @param source the SQLite file, which must not be among them
     */
    Map<String, SealedFile> open(List<String> paths, Path source) {
        Map<String, SealedFile> files = new LinkedHashMap<>();
        for (String path : paths) {
            // Asked before the file is looked at, so that an answer never tells what exists outside.
            requireBelow(path, path(path).normalize(), settings.archiveRoots());
            Path real = real(path);
            requireAllowed(path, real, source);
            try {
                files.put("configuration" + real, SealedFile.of(real));
            } catch (IOException e) {
                throw new BadInputException("The file " + path + " cannot be read: " + e,
                        "Give the user Ferryman runs as the right to read it.", e);
            }
        }
        return files;
    }

    private void requireAllowed(String path, Path real, Path source) {
        requireBelow(path, real, settings.archiveRoots().stream().filter(Files::exists).map(ArchiveSources::realRoot)
                .toList());
        if (real.startsWith(source) || DATABASE.matcher(real.toString()).matches()) {
            throw new BadInputException("The file " + path + " is a database, which is not read as an ordinary file.",
                    "Leave it out: the archive holds the SQLite file anyway.");
        }
    }

    private static void requireBelow(String path, Path file, List<Path> roots) {
        if (!file.isAbsolute() || roots.stream().map(Path::normalize).noneMatch(file::startsWith)) {
            throw new BadInputException("The file " + path + " is outside the directories that archives may read.",
                    "Add its directory to ferryman.archive.file-roots in the server's configuration.");
        }
    }

    private static Path path(String given) {
        try {
            return Path.of(given);
        } catch (InvalidPathException e) {
            throw new BadInputException("One of the files is no path.", "Correct the step's ‘files’.", e);
        }
    }

    private static Path realRoot(Path root) {
        try {
            return root.toRealPath();
        } catch (IOException e) {
            return root;
        }
    }

    private static Path real(String path) {
        try {
            Path real = Path.of(path).toRealPath();
            if (Files.isRegularFile(real)) {
                return real;
            }
        } catch (IOException e) {
            // Answered below like everything else that is no file.
        }
        throw new BadInputException("There is no file " + path + ".", "Correct the step's ‘files’.");
    }
}
