package dev.ferryman.cutover.internal;

import dev.ferryman.backup.DatabaseSwap;
import dev.ferryman.cutover.BackupView;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Step;
import dev.ferryman.schema.Counted;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;

/** Whether a backup could take the database's place now, how long that takes, and what was written since it. */
@Component
class RestoreProspect implements RecoveryProspect {
    /** Fact of a step that backs up: rows ever written, as the server counted them then. */
    static final String WRITTEN = "written";

    private final Connections connections;
    private final ArtefactStore artefacts;

    RestoreProspect(Connections connections, ArtefactStore artefacts) {
        this.connections = connections;
        this.artefacts = artefacts;
    }

    @Override
    public String type() {
        return RestoreStep.TYPE;
    }

    @Override
    public Prospect look(Cutover cutover, Arguments arguments) {
        Optional<ArtefactStore.Kept> kept = artefacts.latest(cutover.id(), arguments.text("backup").orElse(null),
                List.of(BackupView.Kind.POSTGRES));
        if (kept.isEmpty()) {
            return cannot("There is no backup to restore.");
        }
        try {
            return BoundedLook.ask(() -> prospect(cutover, kept.get().view()));
        } catch (TimeoutException _) {
            return cannot("The server does not answer within " + BoundedLook.LIMIT.toSeconds() + " s.");
        } catch (ExecutionException e) {
            return cannot(e.getCause() instanceof BadInputException bad
                    ? bad.getMessage() + " " + bad.next()
                    : "It cannot be told: " + e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return cannot("This process had to stop before it was asked.");
        }
    }

    private Prospect prospect(Cutover cutover, BackupView dump) {
        PostgresTarget target = connections.target(cutover.id());
        new DatabaseSwap(target, "look", _ -> {}).requireRights();
        Map<String, Object> facts = cutover.step(dump.step()).flatMap(Step::lastAttempt).map(Attempt::facts)
                .orElse(Map.of());
        Optional<Long> written = written(facts, target);
        Duration takes = dump.restored() == null ? null : dump.restored().took();
        return new Prospect(true, takes == null
                ? "A DBA. The backup was never restored for proof: nobody knows how long it takes."
                : "A DBA. Sessions are ended for a moment.", written.orElse(null),
                "Everything written since " + RollbackOutlook.AT.format(dump.takenAt())
                        + written
                                .map(rows -> ": " + Counted.of(rows, "row") + ", those of the change itself among them")
                                .orElse("")
                        + ". It stays in the old database, which is kept.",
                takes);
    }

    /** Rows written since a backup; empty where its step has not counted, or the server's statistics were reset since. */
    static Optional<Long> written(Map<String, Object> facts, PostgresTarget target) {
        return facts.get(WRITTEN) instanceof Number then
                ? Optional.of(SchemaLook.written(target) - then.longValue()).filter(rows -> rows >= 0)
                : Optional.empty();
    }

    private static Prospect cannot(String why) {
        return new Prospect(false, why, null, "");
    }
}
