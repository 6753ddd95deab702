package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Runbook;
import java.time.Clock;
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
                id -> SnapshotStep.kept(runbook.get(id)).orElse(properties.snapshotRetention()), backups,
                scratches::sweep, clock);
    }
}
