package dev.ferryman.runbook.internal;

import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import dev.ferryman.runbook.Companion;
import dev.ferryman.runbook.CompanionContext;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.LeaseLostException;
import dev.ferryman.runbook.NoSuchCutoverException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs companions: one run per cutover and type at a time, for as long as the cutover wants it. */
final class CompanionRunner {
    private static final Logger LOG = LoggerFactory.getLogger(CompanionRunner.class);

    private final Companions companions;
    private final EventLog log;
    private final RunningStep.Desk desk;
    private final Watch watch;
    private final ExecutionSettings settings;
    private final StepTraces traces;
    private final Placement placement;
    private final ReplicaRegister register;

    CompanionRunner(Companions companions, EventLog log, RunningStep.Desk desk, Watch watch,
            ExecutionSettings settings, StepTraces traces, Placement placement, ReplicaRegister register) {
        this.traces = traces;
        this.placement = placement;
        this.register = register;
        this.companions = companions;
        this.log = log;
        this.desk = desk;
        this.watch = watch;
        this.settings = settings;
    }

    /**
     * Runs it, unless it is not wanted, cannot reach the source, or somebody who may act no more is still stopping.
     *
     * @param node whose executions it was found among; empty for everybody's
     */
    void execute(CompanionTask task, Optional<String> node) {
        Leases.Lease lease = desk.transactions().execute(_ -> pickUp(task, node));
        Companion companion = companions.of(task);
        if (lease == null || companion == null) {
            return;
        }
        var running = new Running(lease);
        Watch.Entry entry = watch.enter(running, null, () -> {});
        try (StepTraces.Run _ = traces.companion(lease)) {
            companion.run(running);
        } catch (InterruptedException | LeaseLostException e) {
            LOG.debug("{} of cutover {} was told to stop", task.type(), task.cutoverId());
        } catch (Exception e) {
            LOG.warn("{} of cutover {} ended in an error and is started anew: {}", task.type(), task.cutoverId(),
                    e.getClass().getSimpleName());
            LOG.debug("What ended it", e);
        } finally {
            entry.leave();
            desk.leases().release(lease);
        }
    }

    private Leases.@Nullable Lease pickUp(CompanionTask task, Optional<String> node) {
        Cutover cutover = locked(task);
        if (cutover == null || !companions.wanted(task, cutover) || !Placement.nodeOf(cutover).equals(node)
                || register.obstacle(cutover).isPresent()
                || watch.runs(task.cutoverId(), task.leaseKey(), CompanionTask.ATTEMPT)) {
            return null;
        }
        Set<String> others = companions.wantedLeases(cutover);
        others.remove(task.leaseName());
        return desk.leases().stillStopping(cutover, others, settings.lease()).isPresent()
                ? null
                : desk.leases().take(task.cutoverId(), task.leaseKey(), CompanionTask.ATTEMPT);
    }

    /**
     * Decides, under the cutover's lock, whether the execution stays: a decision that wants it again finds it either still
     * there or gone.
     */
    void afterwards(CompanionTask task, Optional<String> node, ExecutionComplete complete,
            ExecutionOperations<Void> operations,
            Duration pause) {
        desk.transactions().executeWithoutResult(_ -> {
            Cutover cutover = locked(task);
            if (cutover == null || !companions.wanted(task, cutover)) {
                operations.remove();
            } else if (!Placement.nodeOf(cutover).equals(node)) {
                // It was scheduled by a version that knew of no nodes.
                placement.schedule(cutover, task, complete.getTimeDone());
                operations.remove();
            } else {
                Instant again = complete.getTimeDone().plus(watch.shuttingDown() ? Duration.ZERO : pause);
                operations.reschedule(complete, again);
            }
        });
    }

    private @Nullable Cutover locked(CompanionTask task) {
        try {
            log.lock(task.cutoverId());
            return log.load(task.cutoverId());
        } catch (NoSuchCutoverException _) {
            return null;
        }
    }

    /** A run as its companion sees it. */
    private final class Running implements CompanionContext, Watched {
        private final Leases.Lease lease;
        private final Instant since = desk.clock().instant();

        Running(Leases.Lease lease) {
            this.lease = lease;
        }

        @Override
        public Leases.Lease lease() {
            return lease;
        }

        @Override
        public Duration ran() {
            return Duration.between(since, desk.clock().instant());
        }

        @Override
        public void flush() {
            // A companion keeps what it reports itself.
        }

        @Override
        public String cutoverId() {
            return lease.cutoverId();
        }

        @Override
        public long generation() {
            return lease.generation();
        }

        @Override
        public void ensureOwner() {
            desk.leases().ensure(lease);
        }

        @Override
        public void changed() {
            desk.transactions().executeWithoutResult(_ -> desk.changes().count(cutoverId()));
            desk.changes().poll();
        }

        @Override
        public Clock clock() {
            return desk.clock();
        }
    }
}
