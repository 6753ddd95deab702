package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.backup.BackupSettings;
import dev.ferryman.testing.StateStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

/** The scheduled backups of a service that runs. */
@StateStores.OnSqlite
class StoreBackupsTest {
    @Autowired
    BackupSettings tools;
    @Autowired
    Environment environment;
    @TempDir
    Path directory;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void the_newest_is_never_older_than_was_asked_for_and_only_so_many_are_kept() throws Exception {
        Path place = directory.resolve("made");
        Instant now = Instant.now();
        at(now).sweep(place);
        List<Path> first = kept(place);
        assertThat(first).hasSize(1);
        assertThat(
                meters.get("ferryman.store.backup.timestamp").timeGauge().value(java.util.concurrent.TimeUnit.SECONDS))
                .isPositive();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + first.getFirst());
                var row = connection.createStatement().executeQuery("SELECT count(*) FROM access_user")) {
            assertThat(row.getInt(1)).isPositive();
        }

        at(now.plus(Duration.ofMinutes(30))).sweep(place);
        assertThat(kept(place)).as("young enough").isEqualTo(first);
        at(now.plus(Duration.ofHours(2))).sweep(place);
        assertThat(kept(place)).hasSize(2).containsAll(first);
        Files.writeString(place.resolve("notes.txt"), "somebody else's");
        at(now.plus(Duration.ofHours(4))).sweep(place);
        assertThat(kept(place)).as("two, and what is no backup").hasSize(3).doesNotContainAnyElementsOf(first);
    }

    private StoreBackups at(Instant now) {
        return new StoreBackups(new StoreBackups.Settings(directory, Duration.ofHours(1), 2), tools, environment,
                Clock.fixed(now, ZoneOffset.UTC), meters);
    }

    private static List<Path> kept(Path place) throws Exception {
        try (var files = Files.list(place)) {
            return files.sorted().toList();
        }
    }
}
