package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.ArchivedCutoverException;
import dev.ferryman.runbook.Runbook;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Binds the settings of cutovers, and looks after what their snapshots leave behind. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CutoverProperties.class)
class CutoverConfiguration {
    @Bean
    SnapshotRetention snapshotRetention(Runbook runbook, CutoverProperties properties,
            BackupRetention backups, ScratchCopies scratches, Clock clock) {
        return new SnapshotRetention(runbook::list, properties.snapshotPlaces(),
                id -> kept(runbook, id, properties), backups, scratches::sweep, clock);
    }

    /** A cutover is archived only after this time, see {@link CutoverRows}. */
    private static Duration kept(Runbook runbook, String id, CutoverProperties properties) {
        try {
            return properties.snapshotKept(runbook.get(id));
        } catch (ArchivedCutoverException _) {
            return Duration.ZERO;
        }
    }
}
