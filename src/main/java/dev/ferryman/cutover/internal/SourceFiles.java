package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Replicas;
import dev.ferryman.runbook.SourceReach;
import dev.ferryman.runbook.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Whether this replica sees the file that a cutover was created for. A label may be given to a process that sees another
 * directory under the same name, so the file's number is remembered with the label. Asks {@code stat} only (I5).
 */
@Component
class SourceFiles implements SourceReach {
    private final Replicas replicas;

    SourceFiles(Replicas replicas) {
        this.replicas = replicas;
    }

    /** What a cutover of this source remembers of where it is; nothing where one process is all there is. */
    Map<String, String> remember(Path source) {
        Map<String, String> here = new LinkedHashMap<>(replicas.here());
        if (!here.isEmpty()) {
            try {
                here.put(Replicas.SOURCE_NUMBER, number(source));
            } catch (IOException _) {
                // What cannot be asked now is found missing when a step needs it.
            }
        }
        return here;
    }

    @Override
    public Optional<String> obstacle(Cutover cutover) {
        if (cutover.rehearsal()) {
            // It works on a copy of its own, which tells by itself when it is gone.
            return Optional.empty();
        }
        String source = cutover.source();
        try {
            String found = number(Path.of(source));
            String known = cutover.connections().getOrDefault(Replicas.SOURCE_NUMBER, found);
            // Going back must be possible whatever became of the file.
            return cutover.status() == Status.ACTIVE && !known.equals(found)
                    ? Optional.of(source + " is another file there than the one this cutover was created for")
                    : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.of(source + " is not there");
        } catch (IOException e) {
            return Optional.of(source + " cannot be reached there: " + e.getMessage());
        }
    }

    private static String number(Path file) throws IOException {
        return String.valueOf(Files.getAttribute(file, "unix:ino"));
    }
}
