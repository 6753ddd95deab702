package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.BackupView;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.CutoverSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Removes backups whose time is over: never before their cutover has ended, at once where it was a rehearsal. What has no
 * time to be kept, as an archive, is never removed.
 */
@Component
class BackupRetention {
    private static final Logger LOG = LoggerFactory.getLogger(BackupRetention.class);

    private final ArtefactStore artefacts;
    private final BackupShelf shelf;
    private final Clock clock;

    BackupRetention(ArtefactStore artefacts, BackupShelf shelf, Clock clock) {
        this.artefacts = artefacts;
        this.shelf = shelf;
        this.clock = clock;
    }

    /** Removes what is due now. What cannot be removed is tried again. */
    void sweep(List<CutoverSummary> cutovers) throws InterruptedException {
        for (CutoverSummary cutover : cutovers) {
            if (cutover.status().terminal()) {
                for (ArtefactStore.Kept kept : artefacts.kept(cutover.id())) {
                    if (isDue(cutover, kept.view())) {
                        remove(cutover, kept);
                    }
                }
            }
        }
    }

    private boolean isDue(CutoverSummary cutover, BackupView backup) {
        Duration keep = cutover.rehearsal() ? Duration.ZERO : backup.keep();
        return backup.removedAt() == null && keep != null && !clock.instant().isBefore(cutover.updated().plus(keep));
    }

    private void remove(CutoverSummary cutover, ArtefactStore.Kept kept) throws InterruptedException {
        BackupView backup = kept.view();
        boolean inPlaceOnly = kept.copy() != null && backup.secondLocation() == null;
        Path file = Path.of(backup.location());
        // Another replica's host has its own disk: only there it can be removed.
        if (!inPlaceOnly && !Files.isDirectory(file.resolveSibling(""))) {
            return;
        }
        try {
            if (kept.copy() != null) {
                shelf.place(kept.copy()).remove(kept.copy().key());
            }
            if (!inPlaceOnly) {
                Files.deleteIfExists(file);
            }
        } catch (BadInputException e) {
            LOG.warn("The backup {} of cutover {} cannot be removed yet: {}", backup.location(), cutover.id(),
                    e.getMessage());
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("The backup " + file + " cannot be removed", e);
        }
        artefacts.removed(backup.id(), clock.instant());
        LOG.info("Removed the backup {} of cutover {}, which was to be kept for {} after its end", backup.location(),
                cutover.id(), backup.keep());
    }
}
