package dev.ferryman.endpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * The directories in which a server may open source files, set in its configuration. What a person types into a page
 * opens nothing outside them, neither by {@code ..} nor through a symbolic link.
 *
 * @param roots absolute directories; none means that no file may be opened
 */
public record SourceRoots(List<Path> roots) {
    public SourceRoots {
        roots = roots.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
    }

    /**
     * The real path of a file inside the roots. A relative path is looked up in each root in turn.
     *
     * @param given path as a person typed it
     * @throws BadInputException if the file is missing or lies outside the roots
     */
    public Path resolve(String given) {
        Path path;
        try {
            path = Path.of(given.strip());
        } catch (InvalidPathException e) {
            throw new BadInputException("The source path is not a path.", "Give the path of the SQLite file.", e);
        }
        if (given.isBlank()) {
            throw new BadInputException("No source file is given.", "Give the path of the SQLite file.");
        }
        for (var root : roots) {
            var candidate = root.resolve(path);
            // Asked before the file is looked at, so that an answer never tells what exists outside the roots.
            if (candidate.normalize().startsWith(root) && isInside(candidate)) {
                return realPath(candidate);
            }
        }
        for (var root : roots) {
            if (root.resolve(path).normalize().startsWith(root) && !Files.exists(root.resolve(path))) {
                throw new BadInputException("The source file " + given + " does not exist.",
                        "Check the path on the host Ferryman runs on.");
            }
        }
        throw new BadInputException("The source file " + given + " is outside the directories Ferryman may read.",
                roots.isEmpty()
                        ? "Name at least one source root in the server's configuration."
                        : "Use a file below " + String.join(" or ", roots.stream().map(Path::toString).toList())
                                + ", or add its directory to the configured source roots.");
    }

    private boolean isInside(Path candidate) {
        if (!Files.exists(candidate)) {
            return false;
        }
        var real = realPath(candidate);
        return roots.stream().filter(Files::exists).map(SourceRoots::realPath).anyMatch(real::startsWith);
    }

    private static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new BadInputException("The path " + path + " cannot be followed.",
                    "Give the user Ferryman runs as the right to enter its directories.", e);
        }
    }
}
