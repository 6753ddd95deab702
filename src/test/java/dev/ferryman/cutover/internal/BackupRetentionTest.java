package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.backup.DirectoryPlace;
import dev.ferryman.backup.SealedFile;
import dev.ferryman.cutover.BackupView;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Status;
import dev.ferryman.testing.StateStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

class BackupRetentionTest {
    private static final Instant ENDED = Instant.parse("2026-03-01T10:00:00Z");

    abstract static class Contract {
        @TempDir
        static Path vault;

        @TempDir
        Path directory;

        @Autowired
        private ArtefactStore artefacts;
        @Autowired
        private BackupShelf shelf;

        @DynamicPropertySource
        static void settings(DynamicPropertyRegistry registry) {
            registry.add("ferryman.archive.places.vault.kind", () -> "directory");
            registry.add("ferryman.archive.places.vault.directory", vault::toString);
        }

        private Path backup(String cutover, @Nullable Duration keep) throws Exception {
            Path file = Files.writeString(directory.resolve(cutover + ".dump"), "rows of " + cutover);
            SealedFile sealed = SealedFile.of(file);
            String key = cutover + "/dump/" + file.getFileName();
            new DirectoryPlace(vault).store(key, sealed);
            artefacts.add(new ArtefactStore.New(cutover, "dump", BackupView.Kind.POSTGRES, file.toString(),
                    new ArtefactStore.Copy("vault", key, vault.resolve(key).toString()), sealed.bytes(),
                    sealed.sha256(), "pg_dump 15.0", ENDED, Duration.ofSeconds(1), new TreeMap<>(), 3, keep));
            return file;
        }

        private void sweep(String cutover, Status status, boolean rehearsal, Duration later) throws Exception {
            new BackupRetention(artefacts, shelf, Clock.fixed(ENDED.plus(later), ZoneOffset.UTC))
                    .sweep(List
                            .of(new CutoverSummary(cutover, "", "", "", rehearsal, status, Phase.MONITOR, null, null,
                                    "", 1,
                                    ENDED, ENDED, null)));
        }

        private BackupView listed(String cutover) {
            return artefacts.views(cutover).getFirst();
        }

        @Test
        void a_backup_goes_with_its_second_copy_when_its_time_after_the_end_is_over_and_stays_listed()
                throws Exception {
            Path file = backup("over", Duration.ofHours(24));
            sweep("over", Status.COMPLETED, false, Duration.ofHours(23));
            assertThat(file).exists();
            assertThat(listed("over").removedAt()).isNull();
            sweep("over", Status.COMPLETED, false, Duration.ofHours(24));
            assertThat(file).doesNotExist();
            assertThat(vault.resolve("over")).as("the second copy, with its directories").doesNotExist();
            assertThat(listed("over").removedAt()).isEqualTo(ENDED.plus(Duration.ofHours(24)));
        }

        @Test
        void a_backup_stays_while_its_cutover_has_not_ended() throws Exception {
            Path file = backup("active", Duration.ofHours(24));
            sweep("active", Status.ACTIVE, false, Duration.ofDays(100));
            sweep("active", Status.ROLLING_BACK, false, Duration.ofDays(100));
            assertThat(file).exists();
        }

        @Test
        void what_has_no_time_to_be_kept_is_never_removed() throws Exception {
            Path file = backup("archive", null);
            sweep("archive", Status.COMPLETED, false, Duration.ofDays(10_000));
            assertThat(file).exists();
        }

        @Test
        void what_a_rehearsal_backed_up_goes_at_its_end() throws Exception {
            Path file = backup("rehearsal", Duration.ofDays(30));
            sweep("rehearsal", Status.COMPLETED, true, Duration.ZERO);
            assertThat(file).doesNotExist();
        }

        @Test
        void what_lies_on_another_host_is_left_to_the_replica_that_runs_there() throws Exception {
            backup("elsewhere", Duration.ZERO);
            Path moved = directory.resolveSibling(directory.getFileName() + "-moved");
            Files.move(directory, moved);
            sweep("elsewhere", Status.COMPLETED, false, Duration.ofDays(1));
            assertThat(listed("elsewhere").removedAt()).isNull();
            Files.move(moved, directory);
        }
    }

    @Nested
    @StateStores.OnSqlite
    class OnSqlite extends Contract {}

    @Nested
    @StateStores.OnPostgres
    class OnPostgres extends Contract {}
}
