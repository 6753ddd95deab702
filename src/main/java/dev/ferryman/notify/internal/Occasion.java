package dev.ferryman.notify.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent;
import dev.ferryman.runbook.Decision;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.Moment.Happening;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.RecordedEvent;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something that happened, in the words of messages.
 *
 * @param event  the event that shows it
 * @param step   title of the step it is about, or empty
 * @param gate   title of the gate it is about, or empty
 * @param reason why, or empty
 */
record Occasion(Happening what, RecordedEvent event, String step, String gate, String reason) {
    private static final String MONITORS = "monitor.";

    /** What a decision brought about, in order. */
    static List<Occasion> of(Decision decision) {
        List<Occasion> found = new ArrayList<>();
        Cutover cutover = decision.cutover();
        for (RecordedEvent recorded : decision.events()) {
            switch (recorded.event()) {
                case CutoverEvent.PhaseEntered entered -> {
                    if (entered.phase() == Phase.MIGRATE) {
                        found.add(plain(Happening.STARTED, recorded, ""));
                    }
                    found.add(plain(Happening.PHASE, recorded, ""));
                }
                case CutoverEvent.StepFailed failed -> {
                    if (failed.verdict() == Verdict.FAILED && isMonitor(cutover, failed.step())) {
                        found.add(step(Happening.BREACH, cutover, recorded, failed.step(), failed.what()));
                    }
                    stuck(cutover, recorded, failed.step(), failed.what()).ifPresent(found::add);
                }
                case CutoverEvent.StepInconclusive unclear ->
                    stuck(cutover, recorded, unclear.step(), unclear.what()).ifPresent(found::add);
                case CutoverEvent.StepUnknown unknown ->
                    stuck(cutover, recorded, unknown.step(), unknown.what()).ifPresent(found::add);
                case CutoverEvent.ForcedFailed forced ->
                    stuck(cutover, recorded, forced.step(), forced.reason()).ifPresent(found::add);
                case CutoverEvent.RollbackAnnounced announced -> found.add(step(Happening.ROLLBACK_ANNOUNCED, cutover,
                        recorded, announced.step(), announced.reason()));
                case CutoverEvent.RollbackHeld held ->
                    found.add(plain(Happening.ROLLBACK_HELD, recorded, held.reason()));
                case CutoverEvent.DueSoon due -> found.add(deadline(Happening.DUE_SOON, cutover, recorded, due.on()));
                case CutoverEvent.Overdue due -> found.add(deadline(Happening.OVERDUE, cutover, recorded, due.on()));
                case CutoverEvent.WaitingTooLong waits ->
                    found.add(deadline(Happening.WAITING_TOO_LONG, cutover, recorded, waits.on()));
                case CutoverEvent.RollbackStarted started ->
                    found.add(plain(Happening.ROLLBACK, recorded, started.reason()));
                case CutoverEvent.RolledBack _ -> found.add(plain(Happening.ROLLED_BACK, recorded, ""));
                case CutoverEvent.Switched switched ->
                    found.add(step(Happening.SWITCHED, cutover, recorded, switched.step(), ""));
                case CutoverEvent.Completed _ -> found.add(plain(Happening.DONE, recorded, ""));
                case CutoverEvent.Aborted aborted -> found.add(plain(Happening.ABORTED, recorded, aborted.reason()));
                case CutoverEvent.Failed failed -> found.add(plain(Happening.ABORTED, recorded, failed.reason()));
                case CutoverEvent.BreakGlassRequested asked ->
                    found.add(gate(Happening.BREAK_GLASS, cutover, recorded, asked.gate(), asked.reason()));
                case CutoverEvent.BreakGlassConfirmed confirmed -> found.add(
                        gate(Happening.BREAK_GLASS, cutover, recorded, confirmed.gate(), "confirmed; it is passed"));
                default -> {
                    // Nothing that people are told of.
                }
            }
        }
        openedGates(decision)
                .forEach(opened -> found.add(new Occasion(Happening.GATE_WAITING, decision.events().getLast(), "",
                        opened.definition().title(), "")));
        return found;
    }

    private static List<Gate> openedGates(Decision decision) {
        return decision.cutover().gates().stream().filter(gate -> gate.state() == Gate.State.OPEN)
                .filter(gate -> decision.before().flatMap(before -> before.gate(gate.definition().key()))
                        .map(before -> before.state() != Gate.State.OPEN).orElse(true))
                .toList();
    }

    /** A step that tries again by itself calls nobody. */
    private static Optional<Occasion> stuck(Cutover cutover, RecordedEvent recorded, String key, String what) {
        boolean again = cutover.step(key).map(step -> step.status() == StepStatus.RUNNING).orElse(false);
        return again
                ? Optional.empty()
                : Optional.of(step(Happening.STEP_FAILED, cutover, recorded, key, what));
    }

    private static boolean isMonitor(Cutover cutover, String key) {
        return cutover.step(key).map(step -> String.valueOf(step.definition().uses()).startsWith(MONITORS))
                .orElse(false);
    }

    private static Occasion plain(Happening what, RecordedEvent event, String reason) {
        return new Occasion(what, event, "", "", reason);
    }

    private static Occasion step(Happening what, Cutover cutover, RecordedEvent event, String key, String reason) {
        return new Occasion(what, event, cutover.step(key).map(step -> step.title()).orElse(key), "", reason);
    }

    /** What is due may be a step or a gate; the history's sentence says when. */
    private static Occasion deadline(Happening what, Cutover cutover, RecordedEvent event, String on) {
        String sentence = cutover.describe(event);
        return cutover.gate(on).isPresent()
                ? gate(what, cutover, event, on, sentence)
                : step(what, cutover, event, on, sentence);
    }

    private static Occasion gate(Happening what, Cutover cutover, RecordedEvent event, String key, String reason) {
        String title = cutover.gate(key).map(gate -> gate.definition().title()).orElse(key);
        return new Occasion(what, event, "", title, reason);
    }
}
