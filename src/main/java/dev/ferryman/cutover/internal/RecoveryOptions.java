package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.BackupView;
import dev.ferryman.cutover.DecisionMatrix;
import dev.ferryman.cutover.HandoverView;
import dev.ferryman.cutover.MonitorView;
import dev.ferryman.cutover.RecoveryOption;
import dev.ferryman.cutover.RecoveryOption.Kind;
import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.RollbackPreview;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Recovery;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.SwitchSide;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Ranks what can be done about what is happening now: the decision matrix of {@code RUNBOOKS.md}, A. */
@Component
class RecoveryOptions {
    /** What deployment A of {@code RUNBOOKS.md} plans for mending a network partition by hand. */
    private static final Duration BY_HAND = Duration.ofMinutes(5);
    /** How old PostgreSQL's sign of life may be; many may look on, and each look is a new connection to it. */
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Comparator<RecoveryOption> BEST_FIRST = Comparator
            .comparing((RecoveryOption option) -> !option.possible())
            .thenComparing(option -> option.kind() == Kind.BY_HAND)
            .thenComparing(RecoveryOption::writesAtRisk, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(RecoveryOption::takes);

    private final Connections connections;
    private final ReplicationStore replications;
    private final HandoverRecord handovers;
    private final Measurements measurements;
    private final Gauges gauges;
    private final ArtefactStore artefacts;
    private final Map<String, RecoveryProspect> prospects;
    private final Clock clock;
    private final Map<String, Asked> pulses = new ConcurrentHashMap<>();

    /** A question to a cutover's target, and when it was put. */
    private record Asked(Instant at, FutureTask<TargetPulse.Pulse> answer) {}

    RecoveryOptions(Connections connections, ReplicationStore replications, HandoverRecord handovers,
            Measurements measurements, Gauges gauges, ArtefactStore artefacts,
            ObjectProvider<RecoveryProspect> prospects, Clock clock) {
        this.connections = connections;
        this.replications = replications;
        this.handovers = handovers;
        this.measurements = measurements;
        this.gauges = gauges;
        this.artefacts = artefacts;
        this.prospects = prospects.stream()
                .collect(Collectors.toUnmodifiableMap(RecoveryProspect::type, Function.identity()));
        this.clock = clock;
    }

    /** Looks at both sides, for a few seconds at most, and ranks. Empty options where the cutover has ended. */
    DecisionMatrix of(Cutover cutover) {
        if (cutover.status().terminal()) {
            return new DecisionMatrix(clock.instant(), List.of(), List.of());
        }
        TargetPulse.Pulse pulse = pulse(cutover);
        Optional<ReplicationView> replication = replications.latest(cutover.id());
        Measurements.Times times = measurements.of(cutover);
        List<RecoveryOption> options = new ArrayList<>();
        if (cutover.phase() != Phase.CHECKLIST) {
            options.add(rollback(cutover, pulse, replication, handovers.all(cutover.id()), times));
        }
        cutover.recoveries().forEach(recovery -> options.add(recovery(cutover, recovery, times)));
        artefacts.latest(cutover.id(), null, List.of(BackupView.Kind.POSTGRES)).filter(_ -> !restores(cutover))
                .ifPresent(dump -> options.add(new RecoveryOption("restore-dump", Kind.BY_HAND,
                        "Restore PostgreSQL's own dump", false,
                        "Ferryman does not put a dump in the target's place: that would turn back the records of the way"
                                + " back too. Restore it into another database, and take from there what is needed.",
                        dump.view().restored() == null ? Duration.ZERO : dump.view().restored().took(), null, null,
                        "Everything written since " + RollbackOutlook.AT.format(dump.view().takenAt())
                                + " is not in it.",
                        List.of())));
        options.add(new RecoveryOption("by-hand", Kind.BY_HAND, "Hold, and mend the cause by hand", true,
                "Somebody who can reach both sides, as when the network between them is parted. The runbook stays where"
                        + " it is; a step that failed is tried again afterwards.",
                BY_HAND, null, 0L, "Nothing is changed by it.", List.of()));
        options.sort(BEST_FIRST);
        return new DecisionMatrix(clock.instant(), situation(cutover, pulse, replication), options);
    }

    /** Whether the template has a recovery that puts a dump in the database's place. */
    private static boolean restores(Cutover cutover) {
        return cutover.recoveries().stream().flatMap(recovery -> recovery.steps().stream())
                .anyMatch(step -> RestoreStep.TYPE.equals(step.definition().uses()));
    }

    /** Asked once for all that want to know at the same time. */
    private TargetPulse.Pulse pulse(Cutover cutover) {
        Instant now = clock.instant();
        var mine = new Asked(now, new FutureTask<>(() -> ask(cutover.id())));
        Asked asked = pulses.compute(cutover.id(),
                (_, last) -> last != null && last.at().plus(FRESH).isAfter(now) ? last : mine);
        if (asked == mine) {
            mine.answer().run();
        }
        try {
            return asked.answer().get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new TargetPulse.Pulse(false, false, "PostgreSQL was not asked, since this process has to stop.");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private TargetPulse.Pulse ask(String cutoverId) {
        try {
            return TargetPulse.of(connections.target(cutoverId));
        } catch (BadInputException e) {
            return new TargetPulse.Pulse(false, false, e.getMessage() + " " + e.next());
        }
    }

    private List<String> situation(Cutover cutover, TargetPulse.Pulse pulse, Optional<ReplicationView> replication) {
        List<String> found = new ArrayList<>();
        found.add(pulse.sentence());
        replication.filter(view -> view.state() == ReplicationView.State.STOPPED)
                .ifPresent(view -> found.add("Following has stopped: " + view.what()));
        gauges.monitors(cutover).stream()
                .filter(monitor -> monitor.state() == MonitorView.State.BREACH
                        || monitor.state() == MonitorView.State.FAILED)
                .forEach(monitor -> found.add(title(cutover, monitor.step()) + ": " + monitor.sentence()));
        return found;
    }

    private static String title(Cutover cutover, String step) {
        return cutover.step(step).map(Step::title).orElse(step);
    }

    private static RecoveryOption rollback(Cutover cutover, TargetPulse.Pulse pulse,
            Optional<ReplicationView> replication, List<HandoverView> handovers, Measurements.Times times) {
        RollbackPreview outlook = RollbackOutlook.of(cutover, replication, handovers, times);
        boolean underWay = cutover.status() == Status.ROLLING_BACK;
        boolean before = outlook.side() == SwitchSide.BEFORE;
        String title = !cutover.template().hasSource()
                ? "Take the change of the schema back"
                : before
                        ? "Stay on SQLite and remove what was made in PostgreSQL"
                        : "Go back to SQLite";
        String needs = underWay
                ? "It is under way."
                : before || pulse.answers()
                        ? "Somebody who takes part in this runbook."
                        : "PostgreSQL back, or the acceptance of going on without it: see the steps.";
        boolean certain = before || !outlook.risky() && pulse.answers();
        String losses = !before && !outlook.risky() && !pulse.answers()
                ? withoutTarget(replication)
                : outlook.losses();
        return new RecoveryOption("rollback", Kind.ROLLBACK, title, !underWay, needs, outlook.estimate(),
                outlook.measured(), certain ? 0L : null, losses, outlook.steps());
    }

    private static String withoutTarget(Optional<ReplicationView> replication) {
        return replication.filter(view -> view.direction() == ReplicationView.Direction.BACK).map(
                view -> "SQLite has everything up to "
                        + (view.syncedAt() == null ? "the switch" : RollbackOutlook.AT.format(view.syncedAt()))
                        + "; what was written after that would be lost if PostgreSQL stays away.")
                .orElse("What was written to PostgreSQL and has not come back would be lost if it stays away.");
    }

    private RecoveryOption recovery(Cutover cutover, Recovery recovery, Measurements.Times times) {
        RecoveryProspect.Prospect prospect = prospect(cutover, recovery);
        Duration takes = recovery.steps().stream()
                .flatMap(
                        step -> measured(step, prospect).or(() -> times.of(step.key()).map(Measurements.Measured::took))
                                .or(() -> Optional.ofNullable(step.definition().estimate())).stream())
                .reduce(Duration.ZERO, Duration::plus);
        return new RecoveryOption(recovery.definition().key(), Kind.RECOVERY, recovery.definition().title(),
                prospect.possible(), prospect.needs(), takes,
                times.latest(recovery.steps().stream().map(Step::key)).orElse(null), prospect.writesAtRisk(),
                prospect.losses(), recovery.steps().stream().map(Step::title).toList());
    }

    /** What the prospect was measured at stands for the step that does the work. */
    private Optional<Duration> measured(Step step, RecoveryProspect.Prospect prospect) {
        String uses = step.definition().uses();
        return uses != null && prospects.containsKey(uses)
                ? Optional.ofNullable(prospect.takes())
                : Optional.empty();
    }

    /** The first step that cannot work decides; of the others the first that loses something. */
    private RecoveryProspect.Prospect prospect(Cutover cutover, Recovery recovery) {
        if (recovery.done()) {
            return new RecoveryProspect.Prospect(false, "It has been done.", 0L, "");
        }
        if (cutover.side() == SwitchSide.BEFORE && cutover.template().hasSource()) {
            return new RecoveryProspect.Prospect(false,
                    "The application has never left SQLite: there is nothing to repair.", 0L, "");
        }
        List<RecoveryProspect.Prospect> found = recovery.steps().stream()
                .filter(step -> step.status() != StepStatus.PASSED)
                .flatMap(step -> look(cutover, step).stream()).toList();
        return found.stream().filter(one -> !one.possible()).findFirst()
                .or(() -> found.stream().filter(one -> !Long.valueOf(0).equals(one.writesAtRisk())).findFirst())
                .or(() -> found.stream().findFirst())
                .orElseGet(() -> cutover.template().hasSource()
                        ? new RecoveryProspect.Prospect(true, recovery.definition().help(), null,
                                "Nobody can tell beforehand what it would lose.")
                        : new RecoveryProspect.Prospect(true, recovery.definition().help(), 0L,
                                "Its steps reach the application only: no row and no schema is touched."));
    }

    private Optional<RecoveryProspect.Prospect> look(Cutover cutover, Step step) {
        String uses = step.definition().uses();
        RecoveryProspect prospect = uses == null ? null : prospects.get(uses);
        if (prospect == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(prospect.look(cutover,
                    new Arguments(Arguments.resolved(step.definition().with(), cutover.parameters()))));
        } catch (BadInputException e) {
            return Optional.of(new RecoveryProspect.Prospect(false, e.getMessage() + " " + e.next(), null, ""));
        }
    }
}
