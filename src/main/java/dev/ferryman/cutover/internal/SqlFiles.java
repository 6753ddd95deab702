package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schemachange.SqlScript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Reads SQL files below the directories of {@code ferryman.schema-changes.roots}, and no others. */
@Component
class SqlFiles {
    private final List<Path> roots;

    SqlFiles(Environment environment) {
        this.roots = Binder.get(environment).bind("ferryman.schema-changes.roots", Bindable.listOf(Path.class))
                .orElse(List.of()).stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
    }

    /**
     * Reads one.
     *
     * @throws BadInputException if it is missing, outside of the roots, too long or no text
     */
    SqlScript read(String given) {
        Path file = resolve(given);
        try {
            if (Files.size(file) > 4L * SqlScript.MOST_CHARACTERS) {
                throw new BadInputException(given + " has more than a million characters.",
                        "Give the statements that change the schema, without the data.");
            }
            return SqlScript.of(file.getFileName().toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new BadInputException("The SQL file " + given + " cannot be read: " + e,
                    "Make it a file in UTF-8 that the user Ferryman runs as may read.", e);
        }
    }

    private Path resolve(String given) {
        for (Path root : roots) {
            try {
                Path candidate = root.resolve(given.strip()).normalize();
                if (candidate.startsWith(root) && Files.isRegularFile(candidate)
                        && candidate.toRealPath().startsWith(root.toRealPath())) {
                    return candidate;
                }
            } catch (InvalidPathException | IOException e) {
                // Nothing that could be read.
            }
        }
        throw new BadInputException("There is no SQL file " + given + " below the directories that Ferryman may read.",
                roots.isEmpty()
                        ? "Name at least one in ferryman.schema-changes.roots of the server's configuration."
                        : "Put it below " + String.join(" or ", roots.stream().map(Path::toString).toList()) + ".");
    }
}
