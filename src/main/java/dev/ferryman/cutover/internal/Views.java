package dev.ferryman.cutover.internal;

import dev.ferryman.access.Role;
import dev.ferryman.cutover.CutoverView;
import dev.ferryman.cutover.DeadlineView;
import dev.ferryman.cutover.GateView;
import dev.ferryman.cutover.Permission;
import dev.ferryman.cutover.GuardrailView;
import dev.ferryman.cutover.HandoverView;
import dev.ferryman.cutover.PhaseView;
import dev.ferryman.cutover.PlanView;
import dev.ferryman.cutover.RecoveryView;
import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.cutover.SignOffRow;
import dev.ferryman.cutover.StepView;
import dev.ferryman.cutover.Timing;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.cutover.internal.Measurements.Times;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Deadline;
import dev.ferryman.runbook.Freshness;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.Moves;
import dev.ferryman.runbook.Moves.StepMove;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.PhaseDefinition;
import dev.ferryman.runbook.Replicas;
import dev.ferryman.runbook.RoleDirectory;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepLog;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.Writes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Draws a cutover as one user sees it. */
@Component
class Views {
    private static final int OUTPUT_LINES = 20;
    private static final Set<StepMove> DECISIONS = Set.of(StepMove.RUN, StepMove.COMPLETE, StepMove.RETRY,
            StepMove.SKIP, StepMove.OVERRIDE_WINDOW);

    private final Runbook runbook;
    private final StepLog log;
    private final RoleDirectory roles;
    private final Connections connections;
    private final PlanStore plans;
    private final VerificationStore verifications;
    private final Gauges gauges;
    private final ReplicationStore replications;
    private final HandoverRecord handovers;
    private final ArtefactStore artefacts;
    private final TrafficLook traffic;
    private final Measurements measurements;
    private final Replicas replicas;
    private final Clock clock;

    Views(Runbook runbook, StepLog log, RoleDirectory roles, Connections connections, PlanStore plans,
            VerificationStore verifications, Gauges gauges, ReplicationStore replications, HandoverRecord handovers,
            ArtefactStore artefacts, TrafficLook traffic, Measurements measurements, Replicas replicas, Clock clock) {
        this.replicas = replicas;
        this.traffic = traffic;
        this.artefacts = artefacts;
        this.measurements = measurements;
        this.replications = replications;
        this.handovers = handovers;
        this.runbook = runbook;
        this.log = log;
        this.roles = roles;
        this.connections = connections;
        this.plans = plans;
        this.verifications = verifications;
        this.gauges = gauges;
        this.clock = clock;
    }

    CutoverView of(Cutover cutover, Actor actor) {
        Instant now = clock.instant();
        Moves moves = runbook.moves(cutover, actor);
        Optional<String> waits = replicas.waits(cutover);
        Times times = measurements.of(cutover);
        Optional<PlanView> plan = plans.latest(cutover.id());
        List<VerificationView> all = verifications.all(cutover.id());
        Optional<VerificationView> verification = all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
        Optional<VerificationView> snapshot = all.reversed().stream()
                .filter(one -> one.kind() == VerificationView.Kind.SNAPSHOT).findFirst();
        Optional<ReplicationView> replication = replications.latest(cutover.id());
        List<HandoverView> handovers = this.handovers.all(cutover.id());
        List<PhaseView> phases = cutover.template().phases().stream()
                .map(definition -> phase(cutover, definition, moves, times, actor, now)).toList();
        return new CutoverView(cutover, cutover.headline(), timing(cutover, times, now), connections.view(cutover.id()),
                phases,
                plan, plan.map(it -> gauges.tables(cutover, it.plan(), snapshot, now)).orElse(List.of()), verification,
                RollbackOutlook.of(cutover, replication, handovers, times), moves,
                permission(moves.rollback(), cutover, "roll back",
                        "A rollback can be started once the checklist is done and before the cutover has ended."),
                permission(moves.abort(), cutover, "abort",
                        "A checklist can be aborted and a rollback given up; in between there is rollback."),
                permission(moves.complete(), cutover, "complete",
                        "It can be completed when the monitor phase is done and signed."),
                gauges.monitors(cutover), replication, traffic.of(cutover), recoveries(cutover, moves, times, now),
                WindowOutlook.warning(cutover, phases.stream().flatMap(phase -> phase.steps().stream()).toList(), now),
                overdue(cutover, now), handovers, artefacts.views(cutover.id()), waits,
                waits.isEmpty() ? List.of() : runbook.otherNodes(cutover, actor));
    }

    private List<RecoveryView> recoveries(Cutover cutover, Moves moves, Times times, Instant now) {
        return cutover.recoveries().stream().map(recovery -> new RecoveryView(recovery,
                recovery.steps().stream().map(step -> step(cutover, step, moves, times, now)).toList())).toList();
    }

    StepView step(Cutover cutover, Step step, Moves moves, Instant now) {
        return step(cutover, step, moves, measurements.of(cutover), now);
    }

    private StepView step(Cutover cutover, Step step, Moves moves, Times times, Instant now) {
        Set<StepMove> mine = moves.on(step.key());
        Optional<Attempt> last = step.lastAttempt();
        boolean begun = last.isPresent();
        return new StepView(step, begun ? log.tail(cutover.id(), step.key(), OUTPUT_LINES) : List.of(),
                begun ? log.progress(cutover.id(), step.key()) : List.of(), planned(cutover, step, times).orElse(null),
                times.of(step.key()).map(Measurements.Measured::in).orElse(null),
                last.map(attempt -> attempt.took(now)).orElse(Duration.ZERO), guardrails(cutover, step), mine,
                DeadlineView.of(Deadline.of(cutover, step), now), Freshness.until(step).orElse(null),
                outsideWindow(cutover, step), whyNot(cutover, step, mine));
    }

    /** Said of a step whose turn has come. */
    private String outsideWindow(Cutover cutover, Step step) {
        return step.status() == StepStatus.READY ? runbook.outsideWindow(cutover, step).orElse("") : "";
    }

    private static List<String> overdue(Cutover cutover, Instant now) {
        return cutover.status().terminal()
                ? List.of()
                : Deadline.of(cutover).stream().filter(deadline -> deadline.overdue(now) || deadline.tooLong(now))
                        .map(Deadline::title).toList();
    }

    private Optional<Duration> planned(Cutover cutover, Step step, Times times) {
        return times.of(step.key()).map(Measurements.Measured::took).or(() -> gauges.planned(cutover, step));
    }

    /** Those of a step that hands writes over and waits for somebody to start it. */
    private List<GuardrailView> guardrails(Cutover cutover, Step step) {
        String uses = step.definition().uses();
        boolean waits = switch (step.status()) {
            case READY, FAILED, INCONCLUSIVE, UNKNOWN, CANCELLED -> true;
            case PENDING, RUNNING, PASSED, SKIPPED -> false;
        };
        if (!waits || !FreezeStep.TYPE.equals(uses) && !SwitchBackStep.TYPE.equals(uses)) {
            return List.of();
        }
        Direction direction = FreezeStep.TYPE.equals(uses) ? Direction.FORWARD : Direction.BACK;
        List<GuardrailView> followed = replications.latest(cutover.id())
                .filter(view -> view.direction() == direction).map(ReplicationView::asGuardrails).orElse(List.of());
        return TrafficWanted.routes(step)
                ? Stream.concat(followed.stream(), traffic.guardrail(cutover).stream()).toList()
                : followed;
    }

    private PhaseView phase(Cutover cutover, PhaseDefinition definition, Moves moves, Times times, Actor actor,
            Instant now) {
        Phase phase = definition.phase();
        return new PhaseView(phase, definition.title(), state(cutover, phase),
                cutover.steps(phase).stream().map(step -> step(cutover, step, moves, times, now)).toList(),
                cutover.gate(phase).map(gate -> gate(cutover, gate, moves, actor, now)),
                definition.planned() == null ? null : Deadline.at(cutover, definition.planned().from()),
                definition.planned() == null ? null : Deadline.at(cutover, definition.planned().to()));
    }

    private static PhaseView.State state(Cutover cutover, Phase phase) {
        if (phase == Phase.ROLLBACK) {
            return switch (cutover.status()) {
                case ROLLING_BACK, FAILED -> PhaseView.State.CURRENT;
                case ROLLED_BACK -> PhaseView.State.DONE;
                case COMPLETED, ABORTED -> PhaseView.State.NOT_TAKEN;
                case ACTIVE -> PhaseView.State.AHEAD;
            };
        }
        Phase reached = cutover.rollback().map(started -> started.from()).orElse(cutover.phase());
        if (phase.compareTo(reached) < 0 || cutover.status() == Status.COMPLETED) {
            return PhaseView.State.DONE;
        }
        if (cutover.status() == Status.ACTIVE) {
            return phase == reached ? PhaseView.State.CURRENT : PhaseView.State.AHEAD;
        }
        return PhaseView.State.NOT_TAKEN;
    }

    private String whyNot(Cutover cutover, Step step, Set<StepMove> mine) {
        boolean left = cutover.template().phaseOf(step.key()).filter(phase -> phase != cutover.phase()).isPresent();
        if (cutover.status().terminal() || left) {
            return "";
        }
        boolean somebodyShould = switch (step.status()) {
            case READY, FAILED, INCONCLUSIVE, UNKNOWN, CANCELLED -> true;
            case PENDING, RUNNING, PASSED, SKIPPED -> false;
        };
        if (!somebodyShould || mine.stream().anyMatch(DECISIONS::contains)) {
            return "";
        }
        String role = step.definition().role();
        List<String> standIns = step.definition().standIns();
        return "Waits for the role " + Role.labelOf(role) + ", held by " + listed(roles.holdersOf(role)) + "."
                + (standIns.isEmpty()
                        ? ""
                        : " Can stand in: " + String.join(", ", standIns.stream().map(Role::labelOf).toList()) + ".");
    }

    private GateView gate(Cutover cutover, Gate gate, Moves moves, Actor actor, Instant now) {
        Optional<String> unrehearsed = gate.state() == Gate.State.OPEN
                ? runbook.unrehearsed(cutover, gate)
                        .or(() -> Freshness.objection(cutover, gate.phase(), now).map(why -> why + " Run it again."))
                : Optional.empty();
        List<SignOffRow> rows = gate.definition().signoffs().stream()
                .map(role -> new SignOffRow(role, gate.signOff(role), roles.holdersOf(role).stream().sorted().toList(),
                        sign(gate, role, moves, actor, unrehearsed)))
                .toList();
        boolean glass = gate.state() != Gate.State.PASSED && (moves.requestBreakGlass() || moves.confirmBreakGlass());
        return new GateView(gate, rows, DeadlineView.of(Deadline.of(cutover, gate), now), glass
                ? Permission.GRANTED
                : Permission.denied(gate.state() == Gate.State.PASSED
                        ? "The gate is passed."
                        : "Your roles do not permit it, or its turn has not come."));
    }

    private Permission sign(Gate gate, String role, Moves moves, Actor actor, Optional<String> unrehearsed) {
        if (gate.state() == Gate.State.OPEN && moves.sign().contains(role)) {
            return Permission.GRANTED;
        }
        return Permission.denied(switch (gate.state()) {
            case CLOSED -> "The steps of this phase are not done yet.";
            case PASSED -> "The gate is passed.";
            case OPEN -> gate.signOff(role).isPresent()
                    ? "It is signed already."
                    : unrehearsed.isPresent()
                            ? "It cannot be signed yet: " + unrehearsed.get()
                            : !actor.holds(role)
                                    ? "You do not hold this role; " + listed(roles.holdersOf(role)) + " can sign."
                                    : "Each role is signed by another person, and by none who started a step that is judged here.";
        });
    }

    private Timing timing(Cutover cutover, Times times, Instant now) {
        Instant ended = cutover.status().terminal() ? cutover.updatedAt() : null;
        List<Step> forward = Phase.forward().stream().flatMap(phase -> cutover.steps(phase).stream()).toList();
        Duration planned = forward.stream().flatMap(step -> planned(cutover, step, times).stream())
                .reduce(Duration.ZERO, Duration::plus);
        return new Timing(cutover.createdAt(), ended,
                Duration.between(cutover.createdAt(), ended == null ? now : ended),
                planned, times.latest(forward.stream().map(Step::key)).orElse(null),
                Maintenance.readOnly(cutover, now).orElse(null), cutover.kept().map(Writes.Kept::since).orElse(null));
    }

    private static Permission permission(boolean allowed, Cutover cutover, String what, String when) {
        return allowed
                ? Permission.GRANTED
                : Permission.denied(cutover.status().terminal()
                        ? "The cutover has ended."
                        : when + " To " + what + ", one of these roles is needed: "
                                + String.join(", ", cutover.template().roles().stream().map(Role::labelOf).toList())
                                + ".");
    }

    private static String listed(Collection<String> names) {
        return names.isEmpty() ? "nobody" : String.join(", ", names.stream().sorted().toList());
    }
}
