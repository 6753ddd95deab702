package dev.ferryman.backup.internal;

import dev.ferryman.backup.BackupSettings;
import dev.ferryman.backup.PostgresTools;
import dev.ferryman.backup.StoragePlaces;
import java.util.Objects;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Builds what backups need from the server's configuration. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({BackupProperties.class, ArchiveProperties.class})
class BackupConfiguration {
    @Bean
    StoragePlaces storagePlaces(ArchiveProperties properties) {
        return new StoragePlaces(properties.all());
    }

    @Bean
    BackupSettings backupSettings(BackupProperties properties, ArchiveProperties archive) {
        var tools = new PostgresTools(properties.postgresTools(), Objects.requireNonNullElse(System.getenv("PATH"), ""),
                PostgresTools.DEBIAN);
        return new BackupSettings(properties.roots(), archive.fileRoots(), tools, properties.timeLimit());
    }
}
