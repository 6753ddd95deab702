package dev.ferryman.backup;

import dev.ferryman.endpoint.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directories below which backups may be put. What a template names lies below one of them, neither by {@code ..} nor
 * through a symbolic link anywhere else.
 *
 * @param roots at least one; the first is meant where nothing is named
 */
public record BackupRoots(List<Path> roots) {
    public BackupRoots {
        roots = roots.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
    }

    /**
     * The directory that is meant; it need not be there yet.
     *
     * @throws BadInputException if it is outside
     */
    public Path resolve(String given) {
        Path path = path(given);
        if (path == null || roots.stream().noneMatch(path::startsWith) || !isInside(path)) {
            throw new BadInputException("The directory " + given + " is outside those that backups may use.",
                    "Use one below " + String.join(" or ", roots.stream().map(Path::toString).toList())
                            + ", or add it to ferryman.backup.roots in the server's configuration.");
        }
        return path;
    }

    /** Whether what is there of it, with symbolic links followed, is below a root. */
    private boolean isInside(Path path) {
        Path there = path;
        while (!Files.exists(there) && there.getParent() != null && !Files.isSymbolicLink(there)) {
            there = there.getParent();
        }
        for (Path root : roots) {
            // Nothing of it is there yet, not even the root: it will be made as it is written.
            if (path.startsWith(root) && root.startsWith(there) && !there.equals(root)) {
                return true;
            }
            try {
                if (there.toRealPath().startsWith(root.toRealPath())) {
                    return true;
                }
            } catch (IOException e) {
                // Neither this root nor a link that leads nowhere.
            }
        }
        return false;
    }

    private @Nullable Path path(String given) {
        try {
            return roots.getFirst().resolve(given.strip()).normalize();
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
