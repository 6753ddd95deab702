package dev.ferryman.report.internal;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When cutovers leave the state store.
 *
 * @param archiveDirectory where their archives go; without one they stay for ever
 * @param archiveAfter how long after the last change of a cutover that has ended; a day at least
 */
@ConfigurationProperties("ferryman.retention")
public record RetentionSettings(@Nullable Path archiveDirectory, @DefaultValue("365d") Duration archiveAfter) {
    private static final Duration SHORTEST = Duration.ofDays(1);

    /** Refuses a time in which a report is still being written. */
    public RetentionSettings {
        if (archiveAfter.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("ferryman.retention.archive-after must be a day at least");
        }
    }
}
