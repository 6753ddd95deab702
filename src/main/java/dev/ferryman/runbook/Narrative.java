package dev.ferryman.runbook;

import dev.ferryman.access.Role;
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
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Events as sentences. */
final class Narrative {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm", Locale.ENGLISH);

    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm:ss", Locale.ENGLISH);

    private Narrative() {}

    static String sentence(Cutover cutover, RecordedEvent recorded) {
        String who = recorded.actorName();
        return switch (recorded.event()) {
            case Created event -> who + (event.rehearsal() ? " created the rehearsal ‘" : " created the cutover ‘")
                    + event.name() + "’ from template ‘"
                    + event.template().title() + "’ version " + event.template().version() + ".";
            case PlanSet event -> who + " set the plan " + shortHash(event.planHash()) + ": " + event.summary();
            case WindowSet event -> who
                    + (event.window() == null ? " took the window away" : " set the window to " + when(event.window()))
                    + (event.frozen().isEmpty() ? "" : ", although " + String.join("; ", event.frozen()))
                    + reason(event.reason());
            case NodeChanged event ->
                who + " moved the cutover from node ‘" + event.from() + "’ to node ‘" + event.node()
                        + "’: " + event.reason();
            case WindowOverridden event -> who + " lets " + step(cutover, event.step()) + " start outside the window: "
                    + event.reason();
            case DueSoon event -> on(cutover, event.on()) + " is due " + at(event.due()) + ".";
            case Overdue event -> on(cutover, event.on()) + " is overdue: it was due " + at(event.due()) + ".";
            case WaitingTooLong event ->
                on(cutover, event.on()) + " has waited for a person since " + at(event.since()) + ".";
            case StepStarted event -> who + " started " + step(cutover, event.step()) + attempt(event.attempt())
                    + (event.notBefore() == null ? "." : ", to run at " + second(event.notBefore()) + ".");
            case StepPassed event -> event.evidence() == null
                    ? step(cutover, event.step()) + " passed: " + event.summary()
                    : who + " completed " + step(cutover, event.step()) + figure(event) + reason(event.evidence());
            case StepFailed event -> step(cutover, event.step())
                    + (event.verdict() == Verdict.ERROR ? " ended in an error: " : " failed: ") + event.what();
            case StepInconclusive event -> step(cutover, event.step()) + " is inconclusive: " + event.what();
            case StepUnknown event -> "Nobody can tell whether " + step(cutover, event.step()) + " took effect: "
                    + event.what();
            case StepCancelled event -> who + " cancelled " + step(cutover, event.step()) + ": " + event.reason();
            case ForcedFailed event -> who + " forced " + step(cutover, event.step()) + " to failed: "
                    + event.reason();
            case StepSkipped event -> who + " accepted as " + Role.labelOf(event.role()) + " going on without "
                    + step(cutover, event.step()) + ": " + event.reason();
            case StepNoted event -> who + " noted on " + step(cutover, event.step()) + ": " + event.note();
            case GateSigned event -> who + " signed gate " + gate(cutover, event.gate()) + " as "
                    + Role.labelOf(event.role())
                    + reason(event.comment())
                    + (event.confirmed().isEmpty()
                            ? ""
                            : " Confirmed: " + String.join("; ", event.confirmed()) + ".");
            case SignOffWithdrawn event -> who + " withdrew the sign-off as " + Role.labelOf(event.role()) + " of gate "
                    + gate(cutover, event.gate()) + ": " + event.reason();
            case SignOffsVoided event ->
                "The sign-offs of " + Headline.listed(event.roles().stream().map(Role::labelOf).toList()) + " at gate "
                        + gate(cutover, event.gate()) + " are void: " + event.reason();
            case BreakGlassRequested event -> who + " asked to break the glass of gate " + gate(cutover, event.gate())
                    + ": " + event.reason();
            case BreakGlassConfirmed event -> who + " confirmed breaking the glass of gate "
                    + gate(cutover, event.gate()) + ".";
            case PhaseEntered event -> "Phase ‘" + cutover.template().phase(event.phase()).title() + "’ began.";
            case Switched event -> "The point of no return was passed with " + step(cutover, event.step()) + ".";
            case RollbackAnnounced event ->
                who + " announced a rollback for " + second(event.due()) + ": " + event.reason();
            case RollbackHeld event -> who + " held the announced rollback: " + event.reason();
            case RollbackStarted event -> who + " started the rollback from ‘"
                    + cutover.template().phase(event.from()).title() + "’: " + event.reason();
            case RolledBack ignored -> "The cutover is rolled back.";
            case Aborted event -> who + " aborted the cutover: " + event.reason();
            case Failed event -> who + " gave the rollback up: " + event.reason();
            case Completed ignored -> "The cutover is completed.";
            case LessonWritten event -> who
                    + (event.corrects() == null
                            ? " wrote down a lesson: "
                            : " corrected lesson " + event.corrects() + ": ")
                    + event.text();
            case IncidentReported event -> who
                    + (event.corrects() == null ? " reported the incident: " : " corrected the incident report: ")
                    + event.what();
            case FileAttached event -> who + " attached ‘" + event.name() + "’ (" + event.size() + " bytes, SHA-256 "
                    + event.sha256() + ").";
            case FileRemoved event -> who + " removed the attached file of event " + event.file() + ": "
                    + event.reason();
            case SessionSignalled event -> who
                    + (event.signal().equals("cancel")
                            ? " asked the server to cancel the statement of session "
                            : " asked the server to end session ")
                    + event.pid() + " (" + event.session() + ")" + behind(event) + ": " + event.reason();
            case SessionAnswered event -> "Session " + event.pid() + ": " + event.what();
            case WritesConfirmed event -> who + " says that the application may write again: " + event.how();
        };
    }

    private static String behind(SessionSignalled event) {
        List<String> waiting = event.behind().stream().map(String::valueOf).toList();
        return waiting.isEmpty() ? "" : ", which " + Headline.listed(waiting) + " waited for";
    }

    /** From and to where the people are, the start in UTC. */
    static String when(Window window) {
        return MINUTE.format(window.start().atZone(window.zone())) + " to "
                + MINUTE.format(window.end().atZone(window.zone())) + " " + window.zone().getId() + " (from "
                + at(window.start()) + ")";
    }

    private static String reason(String reason) {
        return reason.isBlank() ? "." : ": " + reason;
    }

    private static String at(Instant at) {
        return MINUTE.format(at.atZone(ZoneOffset.UTC)) + " UTC";
    }

    private static String second(Instant at) {
        return SECOND.format(at.atZone(ZoneOffset.UTC)) + " UTC";
    }

    private static String on(Cutover cutover, String key) {
        return cutover.template().step(key).isPresent() ? step(cutover, key) : "Gate " + gate(cutover, key);
    }

    private static String figure(StepPassed event) {
        Object words = event.facts().get(Figure.WORDS);
        return words == null ? "" : " (" + words + ")";
    }

    private static String step(Cutover cutover, String key) {
        return "‘" + cutover.template().step(key).map(StepDefinition::title).orElse(key) + "’";
    }

    private static String gate(Cutover cutover, String key) {
        return "‘" + cutover.gate(key).map(gate -> gate.definition().title()).orElse(key) + "’";
    }

    private static String attempt(int number) {
        return number > 1 ? " (attempt " + number + ")" : "";
    }

    private static String shortHash(String hash) {
        return hash.length() > 12 ? hash.substring(0, 12) : hash;
    }
}
