package dev.ferryman.runbook;

import static java.util.Objects.requireNonNull;

import dev.ferryman.runbook.CutoverEvent.Aborted;
import dev.ferryman.runbook.CutoverEvent.BreakGlassConfirmed;
import dev.ferryman.runbook.CutoverEvent.BreakGlassRequested;
import dev.ferryman.runbook.CutoverEvent.Completed;
import dev.ferryman.runbook.CutoverEvent.Created;
import dev.ferryman.runbook.CutoverEvent.DueSoon;
import dev.ferryman.runbook.CutoverEvent.Failed;
import dev.ferryman.runbook.CutoverEvent.FileAttached;
import dev.ferryman.runbook.CutoverEvent.FileRemoved;
import dev.ferryman.runbook.CutoverEvent.ForcedFailed;
import dev.ferryman.runbook.CutoverEvent.GateSigned;
import dev.ferryman.runbook.CutoverEvent.IncidentReported;
import dev.ferryman.runbook.CutoverEvent.LessonWritten;
import dev.ferryman.runbook.CutoverEvent.NodeChanged;
import dev.ferryman.runbook.CutoverEvent.Overdue;
import dev.ferryman.runbook.CutoverEvent.PhaseEntered;
import dev.ferryman.runbook.CutoverEvent.PlanSet;
import dev.ferryman.runbook.CutoverEvent.RollbackAnnounced;
import dev.ferryman.runbook.CutoverEvent.RollbackHeld;
import dev.ferryman.runbook.CutoverEvent.RollbackStarted;
import dev.ferryman.runbook.CutoverEvent.RolledBack;
import dev.ferryman.runbook.CutoverEvent.SessionAnswered;
import dev.ferryman.runbook.CutoverEvent.SessionSignalled;
import dev.ferryman.runbook.CutoverEvent.SignOffWithdrawn;
import dev.ferryman.runbook.CutoverEvent.SignOffsVoided;
import dev.ferryman.runbook.CutoverEvent.StepCancelled;
import dev.ferryman.runbook.CutoverEvent.StepFailed;
import dev.ferryman.runbook.CutoverEvent.StepInconclusive;
import dev.ferryman.runbook.CutoverEvent.StepNoted;
import dev.ferryman.runbook.CutoverEvent.StepPassed;
import dev.ferryman.runbook.CutoverEvent.StepSkipped;
import dev.ferryman.runbook.CutoverEvent.StepStarted;
import dev.ferryman.runbook.CutoverEvent.StepUnknown;
import dev.ferryman.runbook.CutoverEvent.Switched;
import dev.ferryman.runbook.CutoverEvent.WaitingTooLong;
import dev.ferryman.runbook.CutoverEvent.WindowOverridden;
import dev.ferryman.runbook.CutoverEvent.WindowSet;
import dev.ferryman.runbook.CutoverEvent.WritesConfirmed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A cutover as its events made it: an immutable value, rebuilt by {@link #replay}. What can be derived (a step's status,
 * whether a gate is open, on which side of the switch we are) is derived here and nowhere stored. Commands are given
 * through {@link Runbook}.
 */
public final class Cutover {
    private final String id;
    private final RecordedEvent first;
    private final RecordedEvent last;
    private final Created created;
    private final Phase phase;
    private final Status status;
    private final ScheduleTrail schedule;
    private final @Nullable PlanSet plan;
    private final Set<String> planners;
    private final @Nullable Instant switchedAt;
    private final RollbackTrail rollback;
    private final Map<String, StepTrail> steps;
    private final Map<String, GateTrail> gates;
    private final ReportTrail report;
    private final @Nullable Instant endedAt;

    private Cutover(String id, RecordedEvent first, RecordedEvent last, Created created, Phase phase, Status status,
            ScheduleTrail schedule, @Nullable PlanSet plan, Set<String> planners, @Nullable Instant switchedAt,
            RollbackTrail rollback, Map<String, StepTrail> steps, Map<String, GateTrail> gates,
            ReportTrail report, @Nullable Instant endedAt) {
        this.id = id;
        this.first = first;
        this.last = last;
        this.created = created;
        this.phase = phase;
        this.status = status;
        this.schedule = schedule;
        this.plan = plan;
        this.planners = planners;
        this.switchedAt = switchedAt;
        this.rollback = rollback;
        this.steps = steps;
        this.gates = gates;
        this.report = report;
        this.endedAt = endedAt;
    }

    /** Rebuilds a cutover from its log; the first event is {@link Created}. */
    public static Cutover replay(String id, List<RecordedEvent> log) {
        Cutover cutover = begin(id, log.getFirst());
        for (RecordedEvent event : log.subList(1, log.size())) {
            cutover = cutover.apply(event);
        }
        return cutover;
    }

    /** The cutover after its first event. */
    public static Cutover begin(String id, RecordedEvent first) {
        if (!(first.event() instanceof Created created)) {
            throw new IllegalArgumentException("The log of cutover " + id + " does not begin with its creation");
        }
        return new Cutover(id, first, first, created, Phase.CHECKLIST, Status.ACTIVE,
                ScheduleTrail.begin(first.at()), null, Set.of(), null, RollbackTrail.EMPTY, Map.of(),
                Map.of(), ReportTrail.EMPTY, null);
    }

    /** The cutover after one more event. */
    public Cutover apply(RecordedEvent next) {
        if (next.seq() != last.seq() + 1) {
            throw new IllegalArgumentException(
                    "The log of cutover " + id + " has event " + next.seq() + " after " + last.seq());
        }
        return switch (next.event()) {
            case Created ignored -> throw new IllegalArgumentException("Cutover " + id + " was created twice");
            case PlanSet set -> withPlan(next, set);
            case WindowSet set -> with(next, schedule.moved(set.window()));
            case NodeChanged event -> withNode(next, event.node());
            case WindowOverridden event -> with(next, schedule.overridden(event.step()));
            case DueSoon event -> with(next, schedule.told(event));
            case Overdue event -> with(next, schedule.told(event));
            case WaitingTooLong event -> with(next, schedule.told(event));
            case PhaseEntered entered -> with(next, entered.phase(), status, plan, switchedAt, rollback);
            case Switched ignored -> with(next, phase, status, plan, next.at(), rollback);
            case RollbackStarted started ->
                with(next, Phase.ROLLBACK, Status.ROLLING_BACK, plan, switchedAt, rollback.started(started));
            case RollbackAnnounced event ->
                with(next, phase, status, plan, switchedAt, rollback.announced(next, event));
            case RollbackHeld ignored -> with(next, phase, status, plan, switchedAt, rollback.hold());
            case RolledBack ignored -> with(next, phase, Status.ROLLED_BACK, plan, switchedAt, rollback);
            case Aborted ignored -> with(next, phase, Status.ABORTED, plan, switchedAt, rollback);
            case Failed ignored -> with(next, phase, Status.FAILED, plan, switchedAt, rollback);
            case Completed ignored -> with(next, phase, Status.COMPLETED, plan, switchedAt, rollback);
            case StepStarted event -> withStep(next, event.step(), trail -> trail.started(next, event))
                    .with(next, phase, status, plan, switchedAt, rollback.without(event.step()));
            case StepPassed event -> withStep(next, event.step(), trail -> trail.passed(next, event));
            case StepFailed event -> withStep(next, event.step(),
                    trail -> trail.ended(next, event.verdict(), event.what(), event.next()));
            case StepInconclusive event -> withStep(next, event.step(),
                    trail -> trail.ended(next, Verdict.INCONCLUSIVE, event.what(), event.next()));
            case StepUnknown event -> withStep(next, event.step(), trail -> trail.ended(next, Verdict.UNKNOWN,
                    event.what(), "Find out whether it took effect, then complete or retry it."));
            case StepCancelled event -> withStep(next, event.step(),
                    trail -> trail.ended(next, Verdict.CANCELLED, event.reason(), "Retry it when ready."));
            case ForcedFailed event -> withStep(next, event.step(), trail -> trail.ended(next, Verdict.ERROR,
                    "Forced to failed: " + event.reason(), "Find out what it left behind, then retry it."));
            case StepSkipped event -> withStep(next, event.step(), trail -> trail.skipped(next, event))
                    .with(next, phase, status, plan, switchedAt, rollback.without(event.step()));
            case StepNoted event -> withStep(next, event.step(), trail -> trail.noted(next, event));
            case GateSigned event -> withGate(next, event.gate(), trail -> trail.signed(next, event));
            case SignOffWithdrawn event -> withGate(next, event.gate(), trail -> trail.without(List.of(event.role())));
            case SignOffsVoided event -> withGate(next, event.gate(), trail -> trail.voided(event));
            case BreakGlassRequested event -> withGate(next, event.gate(), trail -> trail.requested(next, event));
            case BreakGlassConfirmed event -> withGate(next, event.gate(), trail -> trail.confirmed(next));
            case LessonWritten event -> withReport(next, report.with(next, event));
            case IncidentReported event -> withReport(next, report.with(next, event));
            case FileAttached event -> withReport(next, report.with(next, event));
            case FileRemoved event -> withReport(next, report.with(next, event));
            case WritesConfirmed _ -> withReport(next, report.writesConfirmed(next));
            case SessionSignalled _,SessionAnswered _ -> withReport(next, report);
        };
    }

    /** The id in addresses and in idempotency keys. */
    public String id() {
        return id;
    }

    /** What people call it. */
    public String name() {
        return created.name();
    }

    /** Whether it rehearses a move: whatever reaches further than its own two databases is not done. */
    public boolean rehearsal() {
        return created.rehearsal();
    }

    /** Its own copy of the template. */
    public Template template() {
        return created.template();
    }

    /** The values it was created with, by key, defaults filled in. */
    public Map<String, Object> parameters() {
        return created.parameters();
    }

    /** References to its connections, for example {@code source} and {@code target}, and the node it is on now. */
    public Map<String, String> connections() {
        return created.connections();
    }

    /** What its connections call the source; empty where they name none. */
    public String source() {
        return connections().getOrDefault("source", "");
    }

    /** Number of its events: to be sent with every command. */
    public long version() {
        return last.seq();
    }

    /** Where it stands as a whole. */
    public Status status() {
        return status;
    }

    /** The phase being run, or in which it ended. */
    public Phase phase() {
        return phase;
    }

    /** Username of who created it. */
    public String createdBy() {
        return first.actor();
    }

    /** When it was created. */
    public Instant createdAt() {
        return first.at();
    }

    /** When its last event happened; what people write into the report after the end does not count. */
    public Instant updatedAt() {
        return endedAt == null ? last.at() : endedAt;
    }

    /** The last event of its log. */
    public RecordedEvent lastEvent() {
        return last;
    }

    /** When it is to happen; empty where that is not agreed. */
    public Optional<Window> window() {
        return Optional.ofNullable(schedule.window());
    }

    /** How often its window was set or taken away. */
    public int windowMoves() {
        return schedule.moves();
    }

    /** When the phase at hand began. */
    public Instant phaseSince() {
        return schedule.phaseSince();
    }

    /** Whether a person lets this step start outside the window that is set. */
    public boolean mayStartAnyTime(String stepKey) {
        return schedule.anyTime().contains(stepKey);
    }

    /** Whether it was told that this deadline comes near, has passed, or that its patience has ended. */
    public boolean told(Deadline deadline, Class<? extends CutoverEvent> what) {
        if (what == DueSoon.class) {
            return Objects.equals(schedule.soon().get(deadline.on()), deadline.due());
        }
        return what == Overdue.class
                ? Objects.equals(schedule.overdue().get(deadline.on()), deadline.due())
                : Objects.equals(schedule.tooLong().get(deadline.on()), deadline.since());
    }

    /** The plan in force, empty until one was set. */
    public Optional<PlanSet> plan() {
        return Optional.ofNullable(plan);
    }

    /** Usernames of those whose choices made a plan of this cutover; Ferryman's own plans are nobody's. */
    public Set<String> planners() {
        return planners;
    }

    /** The rollback that was started, if one was. */
    public Optional<RollbackStarted> rollback() {
        return Optional.ofNullable(rollback.started());
    }

    /** The rollback that begins by itself unless somebody holds it. */
    public Optional<PendingRollback> pendingRollback() {
        return Optional.ofNullable(rollback.pending());
    }

    /** Whether a rollback that this step's latest verdict demanded was held: a person decides. */
    public boolean held(Step step) {
        return rollback.held(step);
    }

    /** When the point of no return was passed, if it was. */
    public Optional<Instant> switchedAt() {
        return Optional.ofNullable(switchedAt);
    }

    /** Whether the point of no return is passed. */
    public boolean switched() {
        return switchedAt != null;
    }

    /** On which side of the switch it stands now. */
    public SwitchSide side() {
        if (switched()) {
            return SwitchSide.AFTER;
        }
        Step theSwitch = template().steps().stream().filter(StepDefinition::pointOfNoReturn).findFirst()
                .flatMap(definition -> step(definition.key())).orElseThrow();
        boolean inAPersonsHands = theSwitch.definition().kind() == StepKind.MANUAL
                && theSwitch.status() == StepStatus.READY;
        return theSwitch.attempts().isEmpty() && !inAPersonsHands ? SwitchSide.BEFORE : SwitchSide.UNCERTAIN;
    }

    /** The steps of a phase in order. Of rollback only those that fit the side of the switch. */
    public List<Step> steps(Phase of) {
        return definitions(of).stream().map(definition -> view(of, definition)).toList();
    }

    /** The steps of every phase in order, rollback last, then those of the recoveries. */
    public List<Step> steps() {
        List<Step> all = new ArrayList<>();
        template().phases().forEach(definition -> all.addAll(steps(definition.phase())));
        recoveries().forEach(recovery -> all.addAll(recovery.steps()));
        return all;
    }

    /** Its recoveries, whether or not they can be begun. */
    public List<Recovery> recoveries() {
        return template().recoveries().stream()
                .map(definition -> new Recovery(definition,
                        definition.steps().stream().map(step -> recoveryStep(definition, step)).toList()))
                .toList();
    }

    /** The step with this key. */
    public Optional<Step> step(String key) {
        return template().step(key).map(definition -> template().phaseOf(key).map(of -> view(of, definition))
                .orElseGet(() -> recoveryStep(template().recoveryOf(key).orElseThrow(), definition)));
    }

    /** The gate of a phase, if it has one. */
    public Optional<Gate> gate(Phase of) {
        return Optional.ofNullable(template().phase(of).gate()).map(definition -> view(of, definition));
    }

    /** The gate with this key. */
    public Optional<Gate> gate(String key) {
        return template().phaseOfGate(key).flatMap(definition -> gate(definition.phase()));
    }

    /** Every gate in the order of the phases. */
    public List<Gate> gates() {
        return template().phases().stream().flatMap(definition -> gate(definition.phase()).stream()).toList();
    }

    /** Whether every step of the phase is passed or accepted. */
    public boolean stepsDone(Phase of) {
        return steps(of).stream().allMatch(step -> step.status().done());
    }

    /** What people wrote for the report. */
    public ReportTrail report() {
        return report;
    }

    /** That the application is kept from writing, or may be; empty where, as far as steps and people tell, it writes. */
    public Optional<Writes.Kept> kept() {
        return Writes.kept(this);
    }

    /** Whether this person holds a role of the runbook. */
    public boolean hasPart(Actor person) {
        return template().roles().stream().anyMatch(person::holds);
    }

    /** One sentence: what is happening, what it waits for, who can act. */
    public String headline() {
        return Headline.of(this);
    }

    /** An event of this cutover as a sentence: who did what. */
    public String describe(RecordedEvent event) {
        return Narrative.sentence(this, event);
    }

    private List<StepDefinition> definitions(Phase of) {
        List<StepDefinition> all = template().phase(of).steps();
        if (of != Phase.ROLLBACK) {
            return all;
        }
        RollbackStarted started = rollback.started();
        SwitchSide from = started == null ? side() : started.side();
        return all.stream().filter(definition -> definition.when().fits(from)).toList();
    }

    private Step view(Phase of, StepDefinition definition) {
        StepTrail trail = steps.getOrDefault(definition.key(), StepTrail.EMPTY);
        StepStatus itsStatus = trail.status();
        if (itsStatus == StepStatus.PENDING && of == phase && !status.terminal() && turnOf(of, definition)) {
            itsStatus = StepStatus.READY;
        }
        return new Step(definition, of, itsStatus, trail.attempts(), Optional.ofNullable(trail.acceptance()),
                trail.notes());
    }

    /** Recoveries are there from the switch to the end, also while a rollback is under way: it may need what they repair. */
    private Step recoveryStep(RecoveryDefinition recovery, StepDefinition definition) {
        StepTrail trail = steps.getOrDefault(definition.key(), StepTrail.EMPTY);
        StepStatus itsStatus = trail.status();
        boolean itsTurn = recovery.steps().stream().takeWhile(earlier -> !earlier.equals(definition))
                .allMatch(earlier -> steps.getOrDefault(earlier.key(), StepTrail.EMPTY).status().done());
        if (itsStatus == StepStatus.PENDING && side() != SwitchSide.BEFORE && !status.terminal() && itsTurn) {
            itsStatus = StepStatus.READY;
        }
        return new Step(definition, Phase.MONITOR, itsStatus, trail.attempts(), Optional.ofNullable(trail.acceptance()),
                trail.notes());
    }

    private boolean turnOf(Phase of, StepDefinition definition) {
        // People work through a checklist in any order, but nobody can accept a plan that is not there yet.
        boolean anyOrder = of == Phase.CHECKLIST && definition.kind() == StepKind.MANUAL;
        for (StepDefinition earlier : definitions(of)) {
            if (earlier.key().equals(definition.key())) {
                return true;
            }
            if (anyOrder && earlier.kind() == StepKind.MANUAL) {
                continue;
            }
            if (!steps.getOrDefault(earlier.key(), StepTrail.EMPTY).status().done()) {
                return false;
            }
        }
        return false;
    }

    private Gate view(Phase of, GateDefinition definition) {
        GateTrail trail = gates.getOrDefault(definition.key(), GateTrail.EMPTY);
        Gate.State state = Gate.State.CLOSED;
        if (trail.passes(definition)) {
            state = Gate.State.PASSED;
        } else if (of == phase && !status.terminal() && stepsDone(of)) {
            state = Gate.State.OPEN;
        }
        return new Gate(definition, of, state, trail.signOffs(), Optional.ofNullable(trail.breakGlass()));
    }

    private Cutover with(RecordedEvent next, ScheduleTrail newSchedule) {
        return new Cutover(id, first, next, created, phase, status, newSchedule, plan, planners, switchedAt, rollback,
                steps, gates, report, endedAt);
    }

    /** Files have other numbers there. */
    private Cutover withNode(RecordedEvent next, String node) {
        Map<String, String> connections = new HashMap<>(created.connections());
        connections.put(Replicas.NODE, node);
        connections.remove(Replicas.SOURCE_NUMBER);
        var there = new Created(created.name(), created.template(), created.parameters(), Map.copyOf(connections),
                created.rehearsal());
        return new Cutover(id, first, next, there, phase, status, schedule, plan, planners, switchedAt, rollback, steps,
                gates, report, endedAt);
    }

    private Cutover withPlan(RecordedEvent next, PlanSet set) {
        Set<String> people = new HashSet<>(planners);
        if (!next.actor().equals(Actor.FERRYMAN.username())) {
            people.add(next.actor());
        }
        return new Cutover(id, first, next, created, phase, status, schedule, set, Set.copyOf(people), switchedAt,
                rollback,
                steps, gates, report, endedAt);
    }

    private Cutover with(RecordedEvent next, Phase newPhase, Status newStatus, @Nullable PlanSet newPlan,
            @Nullable Instant newSwitchedAt, RollbackTrail newRollback) {
        return new Cutover(id, first, next, created, newPhase, newStatus,
                newPhase == phase ? schedule : schedule.phaseBegan(next.at()), newPlan, planners, newSwitchedAt,
                newRollback, steps, gates, report,
                endedAt == null && newStatus.terminal() ? next.at() : endedAt);
    }

    private Cutover withStep(RecordedEvent next, String key, UnaryOperator<StepTrail> change) {
        Map<String, StepTrail> changed = new HashMap<>(steps);
        changed.put(key, change.apply(requireNonNull(changed.getOrDefault(key, StepTrail.EMPTY))));
        return new Cutover(id, first, next, created, phase, status, schedule, plan, planners, switchedAt, rollback,
                changed, gates, report, endedAt);
    }

    private Cutover withGate(RecordedEvent next, String key, UnaryOperator<GateTrail> change) {
        Map<String, GateTrail> changed = new HashMap<>(gates);
        changed.put(key, change.apply(requireNonNull(changed.getOrDefault(key, GateTrail.EMPTY))));
        return new Cutover(id, first, next, created, phase, status, schedule, plan, planners, switchedAt, rollback,
                steps,
                changed, report, endedAt);
    }

    private Cutover withReport(RecordedEvent next, ReportTrail more) {
        return new Cutover(id, first, next, created, phase, status, schedule, plan, planners, switchedAt, rollback,
                steps, gates, more, endedAt);
    }
}
