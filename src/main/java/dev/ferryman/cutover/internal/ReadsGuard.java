package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.cutover.ReplicationView.State;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HookJournal;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Command;
import dev.ferryman.runbook.Companion;
import dev.ferryman.runbook.CompanionContext;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.StaleVersionException;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.traffic.TrafficException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Protects readers while a share of them is served by PostgreSQL before the switch: when PostgreSQL is further behind than
 * the step allowed, and stays so, all reads go back to SQLite, and a note on the step says why. They return only with a
 * step that somebody starts.
 */
@Component
class ReadsGuard implements Companion {
    private static final Logger LOG = LoggerFactory.getLogger(ReadsGuard.class);
    private static final Duration LOOKS_EVERY = Duration.ofSeconds(1);
    /** Shorter than this it may be a burst of writes that is caught up with before anybody notices. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ObjectProvider<Runbook> runbook;
    private final TrafficArguments traffic;
    private final ReplicationStore replications;
    private final DataPlaneMetrics meters;

    ReadsGuard(ObjectProvider<Runbook> runbook, TrafficArguments traffic, ReplicationStore replications,
            DataPlaneMetrics meters) {
        this.runbook = runbook;
        this.traffic = traffic;
        this.replications = replications;
        this.meters = meters;
    }

    @Override
    public String type() {
        return "reads-guard";
    }

    @Override
    public boolean wanted(Cutover cutover) {
        return !cutover.rehearsal() && (cutover.status() == Status.ACTIVE || cutover.status() == Status.ROLLING_BACK)
                && cutover.steps().stream()
                        .noneMatch(step -> step.status() == StepStatus.RUNNING && TrafficWanted.routes(step))
                && TrafficWanted.of(cutover).filter(wanted -> wanted.step() != null).isPresent();
    }

    @Override
    public void run(CompanionContext context) throws InterruptedException {
        Cutover cutover = runbook.getObject().get(context.cutoverId());
        TrafficWanted wanted = TrafficWanted.of(cutover).orElse(null);
        Step step = wanted == null ? null : wanted.step();
        if (wanted == null || step == null) {
            return;
        }
        meters.readShare(cutover.id(), wanted.reads());
        var arguments = new Arguments(Arguments.resolved(step.definition().with(), cutover.parameters()));
        String behind = awaitTooFarBehind(context, TrafficReadsStep.mostLag(arguments));
        context.ensureOwner();
        try {
            traffic.router(arguments).shiftReads(0, cutover.id() + "/" + step.key() + "/" + context.generation(),
                    HookJournal.none());
        } catch (TrafficException | BadInputException e) {
            LOG.warn("Reads of cutover {} could not be taken back to SQLite: {}", cutover.id(), e.getMessage());
            Thread.sleep(LOOKS_EVERY);
            return;
        }
        meters.readShare(cutover.id(), 0);
        note(cutover.id(), step.key(), TrafficWanted.TAKEN_BACK + behind);
    }

    /**
     * Returns why readers would see data that is too old, once that has been so for long enough. Where following has ended
     * writes have moved, and this is no longer ours to judge.
     */
    private String awaitTooFarBehind(CompanionContext context, Duration mostLag) throws InterruptedException {
        Instant since = null;
        while (true) {
            Optional<String> behind = replications.of(context.cutoverId(), Direction.FORWARD)
                    .filter(view -> view.state() != State.ENDED)
                    .flatMap(view -> TrafficReadsStep.behind(Optional.of(view), mostLag));
            Instant now = context.clock().instant();
            if (behind.isEmpty()) {
                since = null;
            } else if (since == null) {
                since = now;
            } else if (!now.isBefore(since.plus(PATIENCE))) {
                return behind.get();
            }
            Thread.sleep(LOOKS_EVERY);
        }
    }

    private void note(String cutoverId, String step, String text) {
        while (true) {
            try {
                runbook.getObject().note(Command.on(runbook.getObject().get(cutoverId), Actor.FERRYMAN), step, text);
                return;
            } catch (StaleVersionException _) {
                // Somebody decided something in between: the note belongs to the new state as well.
            }
        }
    }
}
