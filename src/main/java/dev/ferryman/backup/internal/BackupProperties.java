package dev.ferryman.backup.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How backups are made on this server.
 *
 * @param roots directories below which steps may put backups, the first of them where they do not say; none: a directory
 *        below the work directory
 * @param postgresTools the directory of PostgreSQL's client programs; none: {@code PATH} and Debian's directories
 * @param timeLimit how long a dump or a restore may take
 */
@ConfigurationProperties("ferryman.backup")
public record BackupProperties(@DefaultValue List<Path> roots, @Nullable Path postgresTools,
        @DefaultValue("6h") Duration timeLimit) {}
