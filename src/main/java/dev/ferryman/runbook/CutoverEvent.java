package dev.ferryman.runbook;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a cutover. Appended to the log and never changed: a component may be added later if it may be
 * missing, none renamed or removed. When and who are in {@link RecordedEvent}.
 */
public sealed interface CutoverEvent {
    /**
     * The cutover was created; its template is copied in whole.
     *
     * @param rehearsal whether it rehearses a move; logs of earlier versions do not say and are not
     */
    record Created(String name, Template template, Map<String, Object> parameters, Map<String, String> connections,
            boolean rehearsal)
            implements
                CutoverEvent {}

    /** What will be carried and how was planned. */
    record PlanSet(String planHash, String summary) implements CutoverEvent {}

    /**
     * The window was set, moved, or taken away.
     *
     * @param window null where it was taken away
     * @param reason empty for the one that the cutover was created with
     * @param frozen freezes that an administrator passed over
     */
    record WindowSet(@Nullable Window window, String reason, List<String> frozen) implements CutoverEvent {
        /** Copies the freezes; logs of earlier versions have none. */
        public WindowSet {
            frozen = frozen == null ? List.of() : List.copyOf(frozen);
        }
    }

    /**
     * A person said that the source and the work directory are on another node from now on.
     *
     * @param from label of the node they were on
     */
    record NodeChanged(String from, String node, String reason) implements CutoverEvent {}

    /** A person lets this step start outside the window. Holds until the window is set anew. */
    record WindowOverridden(String step, String reason) implements CutoverEvent {}

    /** A day is left until a step or gate is due. */
    record DueSoon(String on, Instant due) implements CutoverEvent {}

    /** A step or gate is not done although it was due. */
    record Overdue(String on, Instant due) implements CutoverEvent {}

    /** A step or gate has waited for a person longer than the template's patience. */
    record WaitingTooLong(String on, Instant since) implements CutoverEvent {}

    /**
     * An attempt was started.
     *
     * @param notBefore for a retry by itself: when it is run; null for at once
     */
    record StepStarted(String step, int attempt, boolean automatic, @Nullable Instant notBefore)
            implements
                CutoverEvent {}

    /**
     * Done.
     *
     * @param evidence what a person wrote when completing it; null when it ended by itself
     */
    record StepPassed(String step, int attempt, String summary, Map<String, Object> facts, @Nullable String evidence)
            implements
                CutoverEvent {}

    /** An attempt ended without success; the verdict is failed or error. */
    record StepFailed(String step, int attempt, Verdict verdict, String what, String next) implements CutoverEvent {}

    /** An attempt could prove nothing either way. */
    record StepInconclusive(String step, int attempt, String what, String next) implements CutoverEvent {}

    /** An attempt was cut off, and its effect may or may not have happened. */
    record StepUnknown(String step, int attempt, String what) implements CutoverEvent {}

    /** An attempt was stopped. */
    record StepCancelled(String step, int attempt, String reason) implements CutoverEvent {}

    /** A person forced a running or unknown attempt to failed. */
    record ForcedFailed(String step, int attempt, String reason) implements CutoverEvent {}

    /** Not done, and accepted by a person who holds this role. */
    record StepSkipped(String step, String role, String reason) implements CutoverEvent {}

    /** A remark. */
    record StepNoted(String step, String note) implements CutoverEvent {}

    /**
     * A role signed a gate.
     *
     * @param planHash the plan it is bound to; null where the gate requires none
     * @param confirmed the gate's criteria, each confirmed by the signer; logs of earlier versions have none
     */
    record GateSigned(String gate, String role, String comment, @Nullable String planHash, List<String> confirmed)
            implements
                CutoverEvent {
        /** Copies what was confirmed. */
        public GateSigned {
            confirmed = confirmed == null ? List.of() : List.copyOf(confirmed);
        }
    }

    /** The signer took a sign-off back. */
    record SignOffWithdrawn(String gate, String role, String reason) implements CutoverEvent {}

    /** Sign-offs died: the plan changed, a check was run again, a signer lost the role. */
    record SignOffsVoided(String gate, List<String> roles, String reason) implements CutoverEvent {
        /** Copies the roles. */
        public SignOffsVoided {
            roles = List.copyOf(roles);
        }
    }

    /** A person asks to pass a gate without its sign-offs. */
    record BreakGlassRequested(String gate, String reason) implements CutoverEvent {}

    /** A second person confirmed it. The gate is passed. */
    record BreakGlassConfirmed(String gate) implements CutoverEvent {}

    /** The next phase began. */
    record PhaseEntered(Phase phase) implements CutoverEvent {}

    /** The point of no return is passed. */
    record Switched(String step) implements CutoverEvent {}

    /**
     * A verdict demands the rollback, which begins by itself unless somebody holds it.
     *
     * @param reason the verdict in a sentence
     * @param due    when it begins
     */
    record RollbackAnnounced(String step, int attempt, String reason, Instant due) implements CutoverEvent {}

    /** The announced rollback does not begin by itself: a person decides. */
    record RollbackHeld(String reason) implements CutoverEvent {}

    /** The way back was taken. */
    record RollbackStarted(String reason, Phase from, SwitchSide side) implements CutoverEvent {}

    /** The application is back on its source. */
    record RolledBack() implements CutoverEvent {}

    /** Given up before anything was touched. */
    record Aborted(String reason) implements CutoverEvent {}

    /** The rollback was given up; what is left is done outside. */
    record Failed(String reason) implements CutoverEvent {}

    /** Every phase is done and signed. */
    record Completed() implements CutoverEvent {}

    /**
     * A person wrote into the report what was learned. May come after the end.
     *
     * @param corrects number of the event whose text this one replaces; null for another lesson
     */
    record LessonWritten(String text, @Nullable Long corrects) implements CutoverEvent {}

    /**
     * A person wrote why it did not end as planned. May come after the end.
     *
     * @param what       what happened
     * @param impact     whom it touched, and how; empty where that is not known yet
     * @param cause      why; empty where that is not known yet
     * @param prevention what is done so that it does not happen again; empty where that is not known yet
     * @param corrects   number of the event whose texts these replace; null for the first
     */
    record IncidentReported(String what, String impact, String cause, String prevention, @Nullable Long corrects)
            implements
                CutoverEvent {}

    /**
     * A person attached a file to the report. May come after the end.
     *
     * @param name   what to call it; never a path
     * @param size   in bytes
     * @param sha256 of its content, 64 hex digits
     */
    record FileAttached(String name, long size, String sha256) implements CutoverEvent {}

    /**
     * A person removed an attached file; its content is deleted. May come after the end.
     *
     * @param file number of the event that attached it
     */
    record FileRemoved(long file, String reason) implements CutoverEvent {}

    /**
     * A person asks the server of the target to cancel a session's statement, or to end the session. Written before it is
     * asked; {@link SessionAnswered} says what came of it, and without one nobody knows.
     *
     * @param pid      number of its process
     * @param signal   {@code cancel} or {@code terminate}
     * @param session  what it is called and what it was at; never the text of its statement
     * @param behind   processes that wait for it
     */
    record SessionSignalled(int pid, String signal, String session, List<Integer> behind, String reason)
            implements
                CutoverEvent {
        /** Copies the processes. */
        public SessionSignalled {
            behind = List.copyOf(behind);
        }
    }

    /** What came of it. */
    record SessionAnswered(int pid, String what) implements CutoverEvent {}

    /**
     * A person says that the application may write again, although the steps do not tell. May come after the end.
     *
     * @param how how it came to that, or how the person knows
     */
    record WritesConfirmed(String how) implements CutoverEvent {}
}
