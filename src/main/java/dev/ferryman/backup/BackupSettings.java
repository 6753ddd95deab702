package dev.ferryman.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How the server's configuration has backups made.
 *
 * @param roots directories below which steps may put backups; the first is taken where a step does not say
 * @param archiveRoots real directories whose files an archive may hold beside the SQLite file
 * @param tools PostgreSQL's programs on this machine
 * @param timeLimit how long a dump or a restore may take
 */
public record BackupSettings(List<Path> roots, List<Path> archiveRoots, PostgresTools tools, Duration timeLimit) {
    public BackupSettings {
        roots = roots.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
        archiveRoots = archiveRoots.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
    }
}
