package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schemachange.ScriptDigest;
import dev.ferryman.schemachange.SqlScript;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Reads SQL files below the directories of {@code ferryman.schema-changes.roots}, and no others. */
@Component
@EnableConfigurationProperties(SchemaChangeProperties.class)
class SqlFiles {
    private static final int MOST_BYTES = 4 * SqlScript.MOST_CHARACTERS;

    private final List<Path> roots;

    SqlFiles(SchemaChangeProperties properties) {
        this.roots = properties.roots().stream().map(root -> root.toAbsolutePath().normalize()).toList();
    }

    /**
     * Tries whether a file may be read.
     *
     * @throws BadInputException if it is not there or outside of the roots
     */
    void require(String name) {
        allowed(name);
    }

    /**
     * Reads one.
     *
     * @throws BadInputException if it is missing, outside of the roots, too long or no text
     */
    SqlScript read(String name) {
        Path path = allowed(name);
        try {
            if (Files.size(path) > MOST_BYTES) {
                throw new BadInputException("The SQL file " + name + " is too large.",
                        "Give the statements that change the schema, without the data.");
            }
            return SqlScript.of(path.getFileName().toString(), StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(path))).toString());
        } catch (CharacterCodingException e) {
            throw new BadInputException("The SQL file " + name + " is not in UTF-8.", "Save it in UTF-8.", e);
        } catch (IOException e) {
            throw new BadInputException("The SQL file " + name + " cannot be read: " + e,
                    "Give the user Ferryman runs as the right to read it.", e);
        }
    }

    /**
     * Reads the SQL of a change, or of its way back.
     *
     * @throws BadInputException as {@link #read}; or if it changes nothing
     */
    SqlScript change(String name) {
        return changing(read(name));
    }

    /** Refuses SQL that changes nothing: reviewed, tried or applied, it would prove nothing. */
    static SqlScript changing(SqlScript script) {
        if (ScriptDigest.changesNothing(script)) {
            throw new BadInputException(script.name() + " changes nothing.",
                    "Give the SQL of the change; where a tool prints it, it may have nothing left to do.");
        }
        return script;
    }

    /** A file below one of the roots: as it is written, and again where its links lead. */
    private Path allowed(String name) {
        for (Path root : roots) {
            try {
                Path path = root.resolve(name.strip()).normalize();
                if (path.startsWith(root) && Files.isRegularFile(path)
                        && path.toRealPath().startsWith(root.toRealPath())) {
                    return path.toRealPath();
                }
            } catch (InvalidPathException | IOException _) {
                // Answered below like every other file that may not be read.
            }
        }
        throw new BadInputException("There is no SQL file " + name + " that may be read.", roots.isEmpty()
                ? "Name at least one directory in ferryman.schema-changes.roots of the server's configuration."
                : "Put it below " + String.join(" or ", roots.stream().map(Path::toString).toList())
                        + ", and give its path from there.");
    }
}
