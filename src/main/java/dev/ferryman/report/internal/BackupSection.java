package dev.ferryman.report.internal;

import static dev.ferryman.report.internal.Wording.duration;
import static dev.ferryman.report.internal.Wording.number;
import static dev.ferryman.report.internal.Wording.time;

import dev.ferryman.cutover.BackupView;
import dev.ferryman.cutover.CutoverView;
import dev.ferryman.report.Report.Section;
import java.util.List;

/** Backups and archives: where they are, their checksums and sizes, and how they were proved. */
final class BackupSection {
    private BackupSection() {}

    static Section of(CutoverView view) {
        return new Section("Backups", List.of("Each has the SHA-256 that was taken when it was finished."),
                List.of("Step", "Taken", "Where", "Bytes", "SHA-256", "Made by", "In it", "Restored", "Kept"),
                view.backups().stream().map(backup -> row(view, backup)).toList());
    }

    private static List<String> row(CutoverView view, BackupView backup) {
        String title = view.cutover().step(backup.step()).map(step -> step.title()).orElse(backup.step());
        String second = backup.secondLocation();
        BackupView.Restored restored = backup.restored();
        return List.of(title, time(backup.takenAt()),
                backup.location() + (second == null ? "" : "; second copy: " + second), number(backup.bytes()),
                backup.sha256(), backup.tool() + " in " + duration(backup.took()),
                number(backup.tables(), "table", "tables") + ", " + number(backup.rows(), "row", "rows"),
                restored == null
                        ? "not tried"
                        : restored.sentence() + " At " + time(restored.at()) + ", in " + duration(restored.took())
                                + ".",
                kept(backup));
    }

    private static String kept(BackupView backup) {
        if (backup.removedAt() != null) {
            return "removed at " + time(backup.removedAt());
        }
        return backup.keep() == null ? "for good" : duration(backup.keep()) + " after the end";
    }
}
