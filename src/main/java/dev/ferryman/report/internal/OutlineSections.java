package dev.ferryman.report.internal;

import static dev.ferryman.report.internal.Wording.duration;
import static dev.ferryman.report.internal.Wording.number;
import static dev.ferryman.report.internal.Wording.time;

import dev.ferryman.cutover.CutoverView;
import dev.ferryman.cutover.HandoverView;
import dev.ferryman.cutover.PhaseView;
import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.cutover.StepView;
import dev.ferryman.report.Report.Section;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.RollbackStarted;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Rehearsal;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parts that everybody reads first: RUNBOOKS.md, B. Where something was not measured they say so. */
final class OutlineSections {
    private static final Duration FIRST_DAY = Duration.ofHours(24);
    private static final String NOT_MEASURED = "not measured";

    private OutlineSections() {}

    /** Date, duration, traffic switch, downtime, status, and what was moved where. */
    static Section overview(CutoverView view) {
        Cutover cutover = view.cutover();
        var timing = view.timing();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Cutover", cutover.id()));
        rows.add(List.of("Status", cutover.status().words()));
        rows.add(List.of("Date", time(timing.started()) + " to "
                + (timing.ended() == null ? "now; it has not ended" : time(timing.ended()))));
        cutover.window().ifPresent(window -> rows.add(List.of("Window",
                time(window.start()) + " to " + time(window.end()))));
        rows.add(List.of("Duration", duration(timing.elapsed())
                + (timing.planned().isZero()
                        ? ""
                        : " (its steps are planned to take " + duration(timing.planned()) + measured(timing.measured())
                                + ")")));
        rows.add(List.of("Traffic switch", trafficSwitch(cutover)));
        rows.add(List.of("Downtime for writing", downtime(view)));
        if (cutover.rehearsal()) {
            rows.add(List.of("Rehearsal", "Yes: " + (cutover.template().hasSource()
                    ? "on a copy of the source"
                            + (view.connections().copied() == null
                                    ? ""
                                    : " taken at " + time(view.connections().copied()))
                            + ", into a staging target."
                    : "on a staging target.")
                    + " What reaches the application or its traffic was not done, only told."));
        }
        rows.add(List.of("Template", cutover.template().title() + ", version " + cutover.template().version()));
        if (cutover.template().hasSource()) {
            rows.add(List.of("Source", view.connections().source()));
        }
        rows.add(List.of("Target", view.connections().target() + ", schema " + view.connections().schema()));
        rows.add(List.of("Created", time(cutover.createdAt()) + " by " + cutover.createdBy()));
        view.plan().ifPresent(plan -> rows.add(List.of("Plan", plan.hash())));
        return new Section("Overview", List.of(), List.of("What", "Value"), rows);
    }

    private static String measured(@Nullable Rehearsal rehearsal) {
        return rehearsal == null
                ? ""
                : ", measured in the rehearsal ‘" + rehearsal.name() + "’ that ended at " + time(rehearsal.ended());
    }

    private static String trafficSwitch(Cutover cutover) {
        List<String> moves = cutover.steps().stream().filter(OutlineSections::movesTraffic)
                .flatMap(step -> step.lastAttempt().filter(Attempt::carriedOut).map(Attempt::endedAt)
                        .map(at -> "‘" + step.title() + "’ at " + time(at)).stream())
                .toList();
        return cutover.switchedAt().map(at -> "Switched at " + time(at)).orElse("Not switched")
                + (moves.isEmpty() ? "" : ": " + String.join("; ", moves));
    }

    private static boolean movesTraffic(Step step) {
        String uses = Objects.requireNonNullElse(step.definition().uses(), "");
        return step.status() == StepStatus.PASSED && (uses.startsWith("traffic.") || uses.startsWith("freeze."));
    }

    private static String downtime(CutoverView view) {
        Duration readOnly = view.timing().readOnly();
        if (readOnly != null) {
            return view.cutover().rehearsal()
                    ? "none; it would have been " + duration(readOnly)
                    : duration(readOnly);
        }
        if (!view.handovers().isEmpty()) {
            return String.join("; ", view.handovers().stream().map(OutlineSections::wait).toList());
        }
        return view.cutover().switched() ? NOT_MEASURED : "none";
    }

    private static String wait(HandoverView handover) {
        return "to " + (handover.direction() == Direction.FORWARD ? "PostgreSQL" : "SQLite") + ": writers waited "
                + DataSections.millis(handover.held()) + ", until the application was told "
                + DataSections.millis(handover.gap());
    }

    /** What came before the data moved. */
    static Section preDeployment(CutoverView view, Instant now) {
        return WorkSections.steps("Pre-deployment", List.of(), view, now, List.of(Phase.CHECKLIST));
    }

    /** The move itself, and the way back where it was taken. */
    static Section execution(CutoverView view, Instant now) {
        return WorkSections.steps("Execution", List.of(), view, now,
                List.of(Phase.MIGRATE, Phase.VERIFY, Phase.CUTOVER, Phase.ROLLBACK));
    }

    /** What was watched after the switch, and what went wrong in the first day. */
    static Section postDeployment(CutoverView view, List<LoggedEvent> events, Instant now) {
        return WorkSections.steps("Post-deployment (24 h)", List.of(firstDay(view, events, now)), view, now,
                List.of(Phase.MONITOR));
    }

    private static String firstDay(CutoverView view, List<LoggedEvent> events, Instant now) {
        Optional<Instant> switched = view.cutover().switchedAt();
        if (switched.isEmpty()) {
            return "The application was not switched: there is nothing to tell.";
        }
        Instant from = switched.get();
        Instant to = from.plus(FIRST_DAY);
        Instant seen = view.timing().ended() == null ? now : view.timing().ended();
        long incidents = events.stream().filter(event -> WorkSections.isIncident(event.recorded().event()))
                .map(event -> event.recorded().at()).filter(at -> !at.isBefore(from) && at.isBefore(to)).count();
        String found = incidents == 0
                ? "no incident is in the log"
                : number(incidents, "event is", "events are") + " among the incidents";
        return seen.isBefore(to)
                ? "The log covers " + duration(Duration.between(from, seen))
                        + " of the first 24 hours after the switch: "
                        + found + "."
                : "In the 24 hours after the switch " + found + ".";
    }

    /** Whether going back was tried out, how long it takes, and what becomes of the data. */
    static Section rollbackCapability(CutoverView view, List<LoggedEvent> events, List<Rehearsal> rehearsed,
            Instant now) {
        Cutover cutover = view.cutover();
        boolean done = cutover.status() == Status.ROLLED_BACK;
        String tested = done
                ? "Yes: it was done."
                : rehearsed.isEmpty()
                        ? "No: no rehearsal of this template and source was rolled back."
                        : "Yes: the rehearsal ‘" + rehearsed.getFirst().name() + "’ was rolled back at "
                                + time(rehearsed.getFirst().ended()) + ".";
        String data = cutover.rollback().isPresent() ? "See ‘Rollback’." : view.rollbackPreview().losses();
        return new Section("Rollback capability", List.of(), List.of("What", "Value"),
                List.of(List.of("Tested", tested), List.of("Time", timeBack(view, events, now)),
                        List.of("Data preserved", data)));
    }

    private static String timeBack(CutoverView view, List<LoggedEvent> events, Instant now) {
        Optional<Instant> begun = events.stream().map(LoggedEvent::recorded)
                .filter(recorded -> recorded.event() instanceof RollbackStarted).map(recorded -> recorded.at())
                .findFirst();
        if (begun.isPresent()) {
            Instant end = view.timing().ended() == null ? now : view.timing().ended();
            return "It took " + duration(Duration.between(begun.get(), end))
                    + (view.timing().ended() == null ? " so far." : ".");
        }
        var preview = view.rollbackPreview();
        Rehearsal measured = preview.measured();
        return measured == null
                ? NOT_MEASURED + (preview.estimate().isZero()
                        ? ""
                        : "; its steps are planned to take " + duration(preview.estimate()))
                : "About " + duration(preview.estimate()) + measured(measured) + ".";
    }

    /** Every gate: what had to be done before it, and whether it was passed. */
    static Section gates(CutoverView view) {
        List<List<String>> rows = new ArrayList<>();
        for (PhaseView phase : view.phases()) {
            phase.gate().ifPresent(shown -> rows.add(List.of(shown.gate().definition().title(), phase.title(),
                    state(shown.gate()), criteria(phase.steps()),
                    number(shown.gate().signOffs().size()) + " of " + number(shown.rows().size()))));
        }
        return new Section("Exit criteria and quality gates", List.of(),
                List.of("Gate", "Phase", "State", "Criteria", "Sign-offs"), rows);
    }

    private static String state(Gate gate) {
        return switch (gate.state()) {
            case CLOSED -> "not reached";
            case OPEN -> "waits for sign-offs";
            case PASSED -> gate.breakGlass().filter(Gate.BreakGlass::confirmed).isPresent()
                    ? "passed without its sign-offs"
                    : "passed";
        };
    }

    private static String criteria(List<StepView> steps) {
        long met = steps.stream().filter(step -> step.step().status() == StepStatus.PASSED).count();
        List<String> accepted = steps.stream().filter(step -> step.step().status() == StepStatus.SKIPPED)
                .map(step -> "‘" + step.step().title() + "’").toList();
        return number(met) + " of " + number(steps.size(), "step", "steps") + " passed"
                + (accepted.isEmpty() ? "" : "; gone on without " + String.join(", ", accepted));
    }
}
