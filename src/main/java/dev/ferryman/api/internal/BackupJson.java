package dev.ferryman.api.internal;

import dev.ferryman.cutover.BackupView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A backup or archive that a step has made.
 *
 * @param kind {@code sqlite}, {@code postgres} or {@code archive}
 * @param location a path of Ferryman's host, or an address such as {@code s3://bucket/key}
 * @param takenAt the moment whose data it holds
 * @param entries entries of its table of contents
 * @param keepSeconds how long it is kept after the cutover has ended; null where Ferryman never removes it
 * @param restored its latest proof by restoring it, null where there was none
 * @param removedAt when Ferryman removed it, null while it is there
 */
record BackupJson(long id, String step, String kind, String location, @Nullable String secondLocation, long bytes,
        String sha256, String tool, Instant takenAt, double tookSeconds, int tables, long rows, long entries,
        @Nullable Double keepSeconds, @Nullable RestoredJson restored, @Nullable Instant removedAt) {
    /** A proof: when it was restored into a scratch place, how long that took, and what was found. */
    record RestoredJson(Instant at, double tookSeconds, String sentence) {}

    static BackupJson of(BackupView view) {
        BackupView.Restored restored = view.restored();
        return new BackupJson(view.id(), view.step(), Keys.of(view.kind()), view.location(), view.secondLocation(),
                view.bytes(), view.sha256(), view.tool(), view.takenAt(), Seconds.of(view.took()), view.tables(),
                view.rows(), view.entries(), Seconds.ofNullable(view.keep()),
                restored == null
                        ? null
                        : new RestoredJson(restored.at(), Seconds.of(restored.took()), restored.sentence()),
                view.removedAt());
    }
}
