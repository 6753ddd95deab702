package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.LeaseLostException;
import dev.ferryman.runbook.NoSuchCutoverException;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.internal.Leases.Lease;
import dev.ferryman.runbook.internal.Outcomes.Outcome;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one attempt of a step, again after every crash, and records what came of it exactly once. DESIGN.md § 1: the
 * scheduler delivers at least once; the lease's generation makes of it that only one owner's result counts.
 */
final class StepRunner {
    private static final Logger LOG = LoggerFactory.getLogger(StepRunner.class);
    private static final String LOOK_AT_OUTPUT = "Look at the step's output, mend the cause and retry it.";

    private final Map<String, StepAction> actions;
    private final EventLog log;
    private final Decisions decisions;
    private final RunningStep.Desk desk;
    private final Watch watch;
    private final ExecutionSettings settings;
    private final Companions companions;
    private final StepTraces traces;
    private final Placement placement;
    private final ReplicaRegister register;

    StepRunner(Map<String, StepAction> actions, EventLog log, Decisions decisions, RunningStep.Desk desk, Watch watch,
            ExecutionSettings settings, Companions companions, StepTraces traces, Placement placement,
            ReplicaRegister register) {
        this.traces = traces;
        this.placement = placement;
        this.register = register;
        this.companions = companions;
        this.actions = actions;
        this.log = log;
        this.decisions = decisions;
        this.desk = desk;
        this.watch = watch;
        this.settings = settings;
    }

    /** What the scheduler does with the execution. */
    enum Disposal {
        /** The attempt has ended, here or elsewhere. */
        REMOVE,
        /** Somebody who may act no more is still stopping, or the source cannot be reached. */
        LATER
    }

    /** The process ends in the middle of an attempt. */
    static final class ShuttingDownException extends RuntimeException {
        ShuttingDownException(String attempt) {
            super("Attempt " + attempt + " gives way to the shutdown and is continued afterwards");
        }
    }

    private sealed interface PickUp {
        record Taken(Cutover cutover, Step step, Lease lease) implements PickUp {}

        record Wait(String why) implements PickUp {}

        record Gone() implements PickUp {}
    }

    /** An attempt's run as far as it got: an answer, or what was thrown. */
    private record Run(Watch.Stop stop, @Nullable StepResult result, @Nullable Throwable thrown) {}

    /**
     * Runs an attempt or hands it back.
     *
     * @param node whose executions it was found among; empty for everybody's
     */
    Disposal execute(StepTask task, Optional<String> node) {
        PickUp pickUp = desk.transactions().execute(status -> pickUp(task, node));
        return switch (pickUp) {
            case PickUp.Gone _ -> Disposal.REMOVE;
            case PickUp.Wait wait -> {
                LOG.debug("{} waits: {}", task.name(), wait.why());
                yield Disposal.LATER;
            }
            case PickUp.Taken taken -> {
                run(taken);
                yield Disposal.REMOVE;
            }
        };
    }

    private PickUp pickUp(StepTask task, Optional<String> node) {
        Cutover cutover;
        try {
            log.lock(task.cutoverId());
            cutover = log.load(task.cutoverId());
        } catch (NoSuchCutoverException e) {
            return new PickUp.Gone();
        }
        Optional<Step> current = cutover.step(task.stepKey())
                .filter(step -> step.status() == StepStatus.RUNNING && step.attempt() == task.attempt());
        if (current.isEmpty()) {
            return new PickUp.Gone();
        }
        Optional<String> wanted = placement.nodeOf(cutover, task.stepKey());
        if (!wanted.equals(node)) {
            // It was scheduled by a version that knew of no nodes.
            placement.schedule(cutover, task, desk.clock().instant());
            return new PickUp.Gone();
        }
        Optional<String> obstacle = wanted.flatMap(_ -> register.obstacle(cutover));
        if (obstacle.isPresent()) {
            return new PickUp.Wait(obstacle.get());
        }
        Optional<String> busy = desk.leases()
                .stillStopping(cutover, companions.wantedLeases(cutover), settings.lease()).or(() -> owner(task));
        if (busy.isPresent()) {
            return new PickUp.Wait(busy.get() + " is still stopping");
        }
        return new PickUp.Taken(cutover, current.get(),
                desk.leases().take(task.cutoverId(), task.stepKey(), task.attempt()));
    }

    /**
     * Who is in the middle of the attempt, although its execution was offered anew: another host whose clock goes wrong took
     * its owner for dead, or this process was stopped for a while and finds itself dead.
     */
    private Optional<String> owner(StepTask task) {
        return watch.runs(task.cutoverId(), task.stepKey(), task.attempt())
                ? Optional.of("the thread that runs it")
                : desk.leases().aliveOwner(task.cutoverId(), task.stepKey(), task.attempt(), settings.lease());
    }

    private void run(PickUp.Taken taken) {
        Lease lease = taken.lease();
        Step step = taken.step();
        String type = String.valueOf(step.definition().uses());
        StepAction action = actions.get(type);
        Cutover cutover = taken.cutover();
        Map<String, Object> with = Placeholders
                .of(cutover.id(), cutover.name(), cutover.parameters(), cutover.connections())
                .resolve(step.definition().with());
        RunningStep running = new RunningStep(cutover, lease, with,
                step.lastAttempt().orElseThrow().startedAt(), desk);
        try (StepTraces.Run _ = traces.attempt(lease, type)) {
            if (action == null) {
                record(running, new Outcome.Broke("This Ferryman has no action ‘" + type + "’.",
                        "Run a version or configuration that has it, then retry the step."), false);
                return;
            }
            Optional<String> instead = cutover.rehearsal() ? instead(action, with) : Optional.empty();
            if (instead.isPresent()) {
                record(running, new Outcome.Answered(new StepResult.Passed("Rehearsal: not done. " + instead.get(),
                        Map.of(Attempt.NOT_DONE, true))), true);
                return;
            }
            Optional<Outcome> outcome = lease.effectOpen() && !action.idempotent()
                    ? Optional.of(afterInterruption(action, running, "Ferryman stopped while it was under way."))
                    : outcome(action, running, act(action, running, step.definition().timeout()));
            outcome.ifPresent(found -> record(running, found, action.idempotent()));
        } finally {
            running.flush();
            desk.leases().release(lease);
        }
    }

    /** What a rehearsal tells instead of doing it; empty where it does it. */
    private static Optional<String> instead(StepAction action, Map<String, Object> with) {
        try {
            return action.onlyToldInRehearsal(with);
        } catch (RuntimeException e) {
            return Optional.of("It would run ‘" + action.type() + "’, and its arguments cannot be told now: "
                    + describe(e));
        }
    }

    private Run act(StepAction action, RunningStep running, @Nullable Duration timeout) {
        Watch.Entry entry = watch.enter(running, timeout,
                () -> record(running, timedOut(action, running, timeout), action.idempotent()));
        StepResult result = null;
        Throwable thrown = null;
        try {
            if (!action.idempotent()) {
                openEffect(running);
            }
            result = action.run(running);
        } catch (Throwable t) {
            // Whatever an action throws is the step's verdict, not the scheduler's concern.
            thrown = t;
        }
        return new Run(entry.leave(), result, thrown);
    }

    /** What the run came to; empty when somebody else has decided it already. */
    private Optional<Outcome> outcome(StepAction action, RunningStep running, Run run) {
        StepResult result = run.result();
        if (run.stop() == Watch.Stop.ABANDONED || run.thrown() instanceof LeaseLostException) {
            return Optional.empty();
        }
        if (result != null) {
            return Optional.of(new Outcome.Answered(result));
        }
        return switch (run.stop()) {
            case REVOKED, ABANDONED -> Optional.empty();
            case SHUTDOWN -> throw new ShuttingDownException(running.idempotencyKey());
            case TIMED_OUT -> Optional.of(timedOut(action, running, running.ran()));
            case NONE -> {
                if (run.thrown() instanceof InterruptedException) {
                    throw new ShuttingDownException(running.idempotencyKey());
                }
                yield Optional.of(broke(action, running, run.thrown()));
            }
        };
    }

    private Outcome broke(StepAction action, RunningStep running, @Nullable Throwable thrown) {
        String what = describe(thrown);
        LOG.warn("{} ended in an error: {}", running.idempotencyKey(), running.masking().mask(what));
        running.output("Error: " + what);
        return action.idempotent()
                ? new Outcome.Broke(what, LOOK_AT_OUTPUT)
                : afterInterruption(action, running, what);
    }

    private Outcome timedOut(StepAction action, RunningStep running, @Nullable Duration after) {
        String what = "It did not finish within its time limit" + (after == null ? "." : " (" + words(after) + ").");
        return action.idempotent()
                ? new Outcome.Broke(what, LOOK_AT_OUTPUT)
                : afterInterruption(action, running, what);
    }

    /** An effect was begun and nobody saw it end: the action may find out, else a person must. */
    private Outcome afterInterruption(StepAction action, RunningStep running, String what) {
        Watch.Entry entry = watch.enter(running, null, () -> {});
        Optional<StepResult> found;
        try {
            found = action.probe(running);
        } catch (Exception e) {
            running.output("Whether it took effect could not be found out: " + describe(e));
            found = Optional.empty();
        }
        if (entry.leave() == Watch.Stop.SHUTDOWN) {
            throw new ShuttingDownException(running.idempotencyKey());
        }
        return switch (found.orElse(null)) {
            case StepResult.Passed passed -> new Outcome.Answered(passed);
            case StepResult.Failed failed ->
                new Outcome.Answered(new StepResult.Failed(what + " " + failed.what(), failed.next()));
            case StepResult.Inconclusive unclear -> new Outcome.CutOff(what + " " + unclear.what());
            case null -> new Outcome.CutOff(what);
        };
    }

    /** Under the cutover's lock, so that a cancel sees either no effect or one that is open. */
    private void openEffect(RunningStep running) {
        desk.transactions().executeWithoutResult(status -> {
            log.lock(running.cutoverId());
            desk.leases().openEffect(running.lease());
        });
    }

    private void record(RunningStep running, Outcome outcome, boolean repeatable) {
        running.flush();
        Outcome masked = mask(running.masking(), outcome);
        traces.ended(verdict(outcome));
        try {
            decisions.decide(running.cutoverId(), draft -> {
                desk.leases().finish(running.lease());
                Outcomes.end(draft, running.stepKey(), running.attempt(), masked, repeatable);
            });
        } catch (LeaseLostException | IllegalMoveException e) {
            LOG.warn("What {} came to is not recorded: {}", running.idempotencyKey(), e.getMessage());
        }
    }

    private static String verdict(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered(StepResult.Passed _) -> "passed";
            case Outcome.Answered(StepResult.Failed _) -> "failed";
            case Outcome.Answered(StepResult.Inconclusive _) -> "inconclusive";
            case Outcome.Broke _ -> "error";
            case Outcome.CutOff _ -> "unknown";
        };
    }

    private static Outcome mask(Masking masking, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered(StepResult.Passed passed) -> new Outcome.Answered(
                    new StepResult.Passed(masking.mask(passed.summary()), masking.mask(passed.facts())));
            case Outcome.Answered(StepResult.Failed failed) -> new Outcome.Answered(
                    new StepResult.Failed(masking.mask(failed.what()), masking.mask(failed.next())));
            case Outcome.Answered(StepResult.Inconclusive unclear) -> new Outcome.Answered(
                    new StepResult.Inconclusive(masking.mask(unclear.what()), masking.mask(unclear.next())));
            case Outcome.Broke broke -> new Outcome.Broke(masking.mask(broke.what()), masking.mask(broke.next()));
            case Outcome.CutOff cutOff -> new Outcome.CutOff(masking.mask(cutOff.what()));
        };
    }

    private static String describe(@Nullable Throwable thrown) {
        if (thrown == null) {
            return "The action gave no answer.";
        }
        String message = thrown.getMessage();
        return message == null || message.isBlank()
                ? thrown.getClass().getSimpleName()
                : thrown.getClass().getSimpleName() + ": " + message;
    }

    private static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
