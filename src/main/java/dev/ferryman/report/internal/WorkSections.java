package dev.ferryman.report.internal;

import static dev.ferryman.report.internal.Wording.duration;
import static dev.ferryman.report.internal.Wording.estimate;
import static dev.ferryman.report.internal.Wording.time;

import dev.ferryman.access.Role;
import dev.ferryman.cutover.CutoverView;
import dev.ferryman.cutover.GateView;
import dev.ferryman.cutover.PhaseView;
import dev.ferryman.cutover.StepView;
import dev.ferryman.report.Report.Section;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.CutoverEvent;
import dev.ferryman.runbook.CutoverEvent.PhaseEntered;
import dev.ferryman.runbook.CutoverEvent.RollbackStarted;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What people and steps did: time, steps, incidents, sign-offs, remarks. */
final class WorkSections {
    private WorkSections() {}

    /** How long each phase took that was begun. */
    static Section phases(CutoverView view, List<LoggedEvent> events, Instant now) {
        Map<Phase, Instant> begun = begun(view, events);
        Instant end = view.timing().ended() == null ? now : view.timing().ended();
        List<Phase> order = List.copyOf(begun.keySet());
        List<List<String>> rows = new ArrayList<>();
        for (PhaseView phase : view.phases()) {
            Instant from = begun.get(phase.phase());
            if (from != null) {
                int next = order.indexOf(phase.phase()) + 1;
                Instant to = next < order.size() ? Objects.requireNonNull(begun.get(order.get(next))) : end;
                Duration planned = phase.steps().stream().map(StepView::planned)
                        .filter(Objects::nonNull).map(Objects::requireNonNull).reduce(Duration.ZERO, Duration::plus);
                long attempts = phase.steps().stream().mapToLong(step -> step.step().attempts().size()).sum();
                rows.add(List.of(phase.title(), time(from), duration(Duration.between(from, to)), estimate(planned),
                        Integer.toString(phase.steps().size()), Long.toString(attempts)));
            }
        }
        return new Section("Time", List.of(), List.of("Phase", "Began", "Took", "Steps planned to take", "Steps",
                "Attempts"), rows);
    }

    /** When each phase began, in the order of the phases; one that was left by a rollback ended with that. */
    private static Map<Phase, Instant> begun(CutoverView view, List<LoggedEvent> events) {
        Map<Phase, Instant> begun = new EnumMap<>(Phase.class);
        begun.put(view.phases().getFirst().phase(), view.timing().started());
        for (LoggedEvent event : events) {
            if (event.recorded().event() instanceof PhaseEntered entered) {
                begun.putIfAbsent(entered.phase(), event.recorded().at());
            } else if (event.recorded().event() instanceof RollbackStarted) {
                begun.putIfAbsent(Phase.ROLLBACK, event.recorded().at());
            }
        }
        return begun;
    }

    /** Every step of these phases that was tried or accepted. */
    static Section steps(String title, List<String> text, CutoverView view, Instant now, List<Phase> of) {
        List<List<String>> rows = new ArrayList<>();
        for (PhaseView phase : view.phases()) {
            if (of.contains(phase.phase())) {
                phase.steps().stream().filter(WorkSections::told).map(shown -> row(phase.title(), shown, now))
                        .forEach(rows::add);
            }
        }
        List<String> before = rows.isEmpty() && text.isEmpty() ? List.of("Nothing yet.") : text;
        return new Section(title, before,
                List.of("Phase", "Step", "Role", "Outcome", "Started", "Took", "Planned", "Attempts", "Result"), rows);
    }

    /** Steps of other ways out than the rollback; empty where none was tried. */
    static Optional<Section> recoveries(CutoverView view, Instant now) {
        List<List<String>> rows = view.recoveries().stream().flatMap(recovery -> recovery.steps().stream()
                .filter(WorkSections::told)
                .map(shown -> row(recovery.recovery().definition().title(), shown, now))).toList();
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(new Section("Recoveries", List.of(),
                        List.of("Recovery", "Step", "Role", "Outcome", "Started", "Took", "Planned", "Attempts",
                                "Result"),
                        rows));
    }

    private static boolean told(StepView shown) {
        return !shown.step().attempts().isEmpty() || shown.step().acceptance().isPresent();
    }

    private static List<String> row(String of, StepView shown, Instant now) {
        Step step = shown.step();
        Attempt last = step.lastAttempt().orElse(null);
        return List.of(of, step.title(), Role.labelOf(step.definition().role()), step.status().key(),
                last == null ? "" : time(last.startedAt()), last == null ? "" : duration(last.took(now)),
                estimate(shown.planned()), Integer.toString(step.attempts().size()), outcome(step, last));
    }

    private static String outcome(Step step, @Nullable Attempt last) {
        String result = last == null ? "" : last.what();
        if (last != null && last.evidence() != null && !last.evidence().isBlank()) {
            result = result.isBlank() ? "Evidence: " + last.evidence() : result + ". Evidence: " + last.evidence();
        }
        return step.acceptance()
                .map(acceptance -> "Accepted by " + acceptance.name() + " as " + Role.labelOf(acceptance.role()) + ": "
                        + acceptance.reason())
                .orElse(result);
    }

    /** Everything that did not go as the runbook has it. */
    static Section incidents(List<LoggedEvent> events) {
        List<List<String>> rows = events.stream().filter(event -> isIncident(event.recorded().event()))
                .map(event -> List.of(time(event.recorded().at()), event.sentence())).toList();
        return rows.isEmpty()
                ? Section.text("Incidents",
                        List.of("None: no attempt failed or was stopped, no step was skipped, no sign-off was taken"
                                + " back and no gate was passed without its sign-offs."))
                : new Section("Incidents", List.of(), List.of("When", "What happened"), rows);
    }

    /** Whether it did not go as the runbook has it. */
    static boolean isIncident(CutoverEvent event) {
        return switch (event) {
            case CutoverEvent.WindowOverridden _,CutoverEvent.NodeChanged _,CutoverEvent.Overdue _,CutoverEvent.WaitingTooLong _,CutoverEvent.StepFailed _,CutoverEvent.StepInconclusive _,CutoverEvent.StepUnknown _,CutoverEvent.StepCancelled _,CutoverEvent.ForcedFailed _,CutoverEvent.StepSkipped _,CutoverEvent.SignOffWithdrawn _,CutoverEvent.SignOffsVoided _,CutoverEvent.BreakGlassRequested _,CutoverEvent.BreakGlassConfirmed _,CutoverEvent.RollbackAnnounced _,CutoverEvent.RollbackHeld _,RollbackStarted _,CutoverEvent.Aborted _,CutoverEvent.Failed _,CutoverEvent.SessionSignalled _,CutoverEvent.SessionAnswered _,CutoverEvent.WritesConfirmed _ ->
                true;
            case CutoverEvent.Created _,CutoverEvent.WindowSet _,CutoverEvent.DueSoon _,CutoverEvent.PlanSet _,CutoverEvent.StepStarted _,CutoverEvent.StepPassed _,CutoverEvent.StepNoted _,CutoverEvent.GateSigned _,PhaseEntered _,CutoverEvent.Switched _,CutoverEvent.RolledBack _,CutoverEvent.Completed _,CutoverEvent.LessonWritten _,CutoverEvent.IncidentReported _,CutoverEvent.FileAttached _,CutoverEvent.FileRemoved _ ->
                false;
        };
    }

    /** Who signed which gate for which role, or broke its glass. */
    static Section signOffs(CutoverView view) {
        List<List<String>> rows = new ArrayList<>();
        for (PhaseView phase : view.phases()) {
            phase.gate().ifPresent(gate -> signOffs(gate, rows));
        }
        return new Section("Sign-off", List.of(), List.of("Gate", "Role", "Person", "When", "Comment"), rows);
    }

    private static void signOffs(GateView gate, List<List<String>> rows) {
        String title = gate.gate().definition().title();
        gate.rows().forEach(row -> rows.add(List.of(title, Role.labelOf(row.role()),
                row.signOff().map(signOff -> signOff.name()).orElse("not signed"),
                row.signOff().map(signOff -> time(signOff.at())).orElse(""),
                row.signOff().map(WorkSections::said).orElse(""))));
        gate.gate().breakGlass().filter(glass -> glass.confirmed()).ifPresent(glass -> rows.add(List.of(title,
                "passed without sign-offs", glass.requestedByName() + " and " + glass.confirmedByName(),
                time(glass.requestedAt()), glass.reason())));
    }

    private static String said(Gate.SignOff signOff) {
        return signOff.confirmed().isEmpty()
                ? signOff.comment()
                : (signOff.comment() + " Confirmed: " + String.join("; ", signOff.confirmed()) + ".").strip();
    }

    /** Remarks on steps, those of recoveries included; empty where there are none. */
    static Optional<Section> remarks(CutoverView view) {
        List<List<String>> rows = new ArrayList<>();
        Stream.concat(view.phases().stream().flatMap(phase -> phase.steps().stream()),
                view.recoveries().stream().flatMap(recovery -> recovery.steps().stream()))
                .forEach(shown -> shown.step().notes().forEach(note -> rows
                        .add(List.of(shown.step().title(), note.text(), note.name(), time(note.at())))));
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(new Section("Remarks", List.of(), List.of("Step", "Remark", "Person", "When"), rows));
    }
}
