package dev.ferryman.cutover.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.Mockito;

class SnapshotRetentionTest {
    private static final Instant ENDED = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    Path work;

    @BeforeEach
    void snapshots() throws IOException {
        for (Status status : Status.values()) {
            Path directory = Files.createDirectories(work.resolve(status.key()).resolve("snapshot"));
            Files.writeString(directory.resolve("app.db-20260301.sqlite"), "rows");
        }
        Files.createDirectory(work.resolve("of-another-store"));
    }

    private static BackupRetention nothing() {
        return Mockito.mock(BackupRetention.class);
    }

    private void sweep(Duration retention, Duration later) {
        List<CutoverSummary> cutovers = Arrays.stream(Status.values()).map(status -> new CutoverSummary(status.key(),
                "", "", "", false, status, Phase.MONITOR, null, null, "", 1, ENDED, ENDED, null)).toList();
        new SnapshotRetention(() -> cutovers, List.of(work, work.resolve("second")), _ -> retention, nothing(), _ -> {},
                Clock.fixed(ENDED.plus(later), ZoneOffset.UTC)).sweep();
    }

    @Test
    void what_a_completed_rehearsal_copied_is_no_backup_and_goes_at_once() {
        List<CutoverSummary> cutovers = List.of(new CutoverSummary("completed", "", "", "", true, Status.COMPLETED,
                Phase.MONITOR, null, null, "", 1, ENDED, ENDED, null));
        new SnapshotRetention(() -> cutovers, List.of(work), _ -> Duration.ofDays(30), nothing(), _ -> {},
                Clock.fixed(ENDED, ZoneOffset.UTC))
                .sweep();
        assertThat(work.resolve("completed")).doesNotExist();
        assertThat(work.resolve("rolling-back")).exists();
    }

    @Test
    void a_snapshot_goes_when_its_cutover_ended_on_the_source_and_stays_while_it_may_be_needed() {
        sweep(Duration.ofDays(30), Duration.ofDays(29));
        assertThat(work.resolve("active/snapshot/app.db-20260301.sqlite")).exists();
        assertThat(work.resolve("rolling-back/snapshot/app.db-20260301.sqlite")).exists();
        assertThat(work.resolve("completed/snapshot/app.db-20260301.sqlite")).as("the backup").exists();
        assertThat(work.resolve("rolled-back")).doesNotExist();
        assertThat(work.resolve("aborted")).doesNotExist();
        assertThat(work.resolve("of-another-store")).exists();
    }

    @Test
    void the_snapshot_of_a_completed_cutover_goes_after_the_configured_time() {
        sweep(Duration.ofDays(30), Duration.ofDays(30));
        assertThat(work.resolve("completed")).doesNotExist();
        assertThat(work.resolve("active/snapshot/app.db-20260301.sqlite")).exists();
    }

    @Test
    void without_a_work_directory_there_is_nothing_to_do() {
        work = work.resolve("nowhere");
        sweep(Duration.ZERO, Duration.ZERO);
        assertThat(work).doesNotExist();
    }
}
