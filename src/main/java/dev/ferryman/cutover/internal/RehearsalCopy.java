package dev.ferryman.cutover.internal;

import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.Capture;
import dev.ferryman.runbook.StepContext;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/**
 * The private copy of the source that a rehearsal works on: taken by online backup when its first step needs it, and the
 * only thing a rehearsal ever reads of the application's file. Captured, fenced and written to like the live file of a real
 * cutover, which this way nobody touches.
 */
@Component
class RehearsalCopy {
    private final Connections connections;
    private final CutoverProperties properties;

    RehearsalCopy(Connections connections, CutoverProperties properties) {
        this.connections = connections;
        this.properties = properties;
    }

    /** The copy, taken now where no step before has done it. */
    SqliteSource of(StepContext context) throws InterruptedException {
        if (connections.of(context.cutoverId()).copy() == null) {
            take(context);
        }
        return of(context.cutoverId());
    }

    /**
     * The copy, which must be there.
     *
     * @throws BadInputException where it is not, or not any more
     */
    SqliteSource of(String cutoverId) {
        Connections.Copy copy = connections.of(cutoverId).copy();
        if (copy == null || !Files.exists(copy.path())) {
            throw new BadInputException("The rehearsal has no copy of the source"
                    + (copy == null ? " yet." : " any more: " + copy.path() + " is gone."),
                    copy == null
                            ? "Run the step that checks the source, or plans, first."
                            : "Roll this rehearsal back, or abort it, and create another. The source itself is untouched.");
        }
        return SqliteSource.live(copy.path());
    }

    private void take(StepContext context) throws InterruptedException {
        Path directory = properties.workDirectory().toAbsolutePath().resolve(context.cutoverId()).resolve("source");
        context.ensureOwner();
        Material.remove(directory);
        SqliteSource live = connections.source(context.cutoverId());
        context.output("Taking a copy of " + live.path() + " to rehearse on; the application goes on.");
        SnapshotFile file = Snapshot.take(live, directory, SnapshotStep.listener(context), context.clock());
        // A real cutover may be recording changes of the source already: its triggers are no part of the application.
        new Capture(SqliteSource.live(file.path()), context.clock(), Sides.LOCK_LIMIT).remove();
        context.output("Copied %,d bytes. Nothing is read from %s again.".formatted(file.bytes(), live.path()));
        connections.copied(context.cutoverId(), new Connections.Copy(file.path(), file.takenAt()));
    }
}
