package dev.ferryman.runbook;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one way to cutovers: pages, API and execution call it. Every command either takes effect at once, with its events,
 * projections and scheduled executions in one transaction, or throws and changes nothing:
 * {@link NoSuchCutoverException}, {@link StaleVersionException} when somebody was faster, {@link IllegalMoveException}
 * when the runbook does not allow it.
 */
public interface Runbook {
    /**
     * Creates a cutover with its own copy of a template; its checklist begins at once.
     *
     * @throws InvalidCutoverException names every field that is wrong
     */
    Cutover create(Actor actor, NewCutover what);

    /** The cutover as it stands. */
    Cutover get(String cutoverId);

    /** Every cutover, the latest changed first. */
    List<CutoverSummary> list();

    /** The whole log of a cutover, oldest first. */
    List<LoggedEvent> events(String cutoverId);

    /** Part of the log, oldest first: so many events after the one with this number. */
    List<LoggedEvent> events(String cutoverId, long after, int limit);

    /** What this actor may do now; never throws for a lack of rights. */
    Moves moves(Cutover cutover, Actor actor);

    /**
     * Why the gates of this template cannot be signed by distinct people with the users of today, one sentence per gate;
     * empty when they can. To be shown before a cutover is created. DESIGN.md § 3.
     */
    List<String> unstaffed(Template template);

    /** Rehearsals of a template and a source that were completed or rolled back, the latest ended first. */
    List<Rehearsal> rehearsals(String templateKey, String source);

    /**
     * Why this gate cannot be signed now for want of a rehearsal, and what to do about it; empty where it can be, or where
     * it asks for none.
     */
    Optional<String> unrehearsed(Cutover cutover, Gate gate);

    /** Why this step may not start now for want of an open window, as half a sentence; empty where it may. */
    Optional<String> outsideWindow(Cutover cutover, Step step);

    /** Sets the plan; sign-offs bound to another plan are void from then on. */
    Cutover setPlan(Command command, String planHash, String summary);

    /** Sets the plan from within a step that is being run. */
    Cutover setPlan(StepContext step, String planHash, String summary);

    /**
     * Sets another window, or takes it away.
     *
     * @param window null takes it away
     * @param reason why; not empty
     */
    Cutover setWindow(Command command, @Nullable Window window, String reason);

    /**
     * Says that a cutover's source and work directory are on another node from now on. Possible while nobody can go on where
     * they were.
     *
     * @param node label that a living replica carries
     * @param reason why; not empty
     */
    Cutover moveTo(Command command, String node, String reason);

    /** Labels of nodes that this actor may move it to now; empty where it need not or cannot be moved. */
    List<String> otherNodes(Cutover cutover, Actor actor);

    /** Starts a step that is ready, or runs a passed check of the current phase again. */
    Cutover run(Command command, String stepKey);

    /**
     * Says that a manual step is done, or that a step cut off in the unknown has taken effect.
     *
     * @param evidence what proves it; may be empty where the step asks for none
     */
    default Cutover complete(Command command, String stepKey, String evidence) {
        return complete(command, stepKey, evidence, Reading.NONE);
    }

    /** Says that a manual step that may ask for a figure is done. */
    Cutover complete(Command command, String stepKey, String evidence, Reading reading);

    /** Starts a new attempt at a step that did not pass. */
    Cutover retry(Command command, String stepKey);

    /** Accepts going on without a step whose template allows it. */
    Cutover skip(Command command, String stepKey, String reason);

    /** Lets a step start outside the window; the role that does it may, with a reason. */
    Cutover overrideWindow(Command command, String stepKey, String reason);

    /** Stops the attempt under way. */
    Cutover cancel(Command command, String stepKey, String reason);

    /** Forces a running or unknown attempt to failed, whatever its owner says later. */
    Cutover forceFail(Command command, String stepKey, String reason);

    /** Writes a remark on a step. */
    Cutover note(Command command, String stepKey, String note);

    /**
     * Signs the open gate for a role.
     *
     * @param confirmed the gate's criteria that the signer confirms; all of them are needed
     */
    Cutover sign(Command command, String gateKey, String role, String comment, List<String> confirmed);

    /** Signs a gate that has no criteria. */
    default Cutover sign(Command command, String gateKey, String role, String comment) {
        return sign(command, gateKey, role, comment, List.of());
    }

    /** Takes back one's own sign-off while the gate is open. */
    Cutover withdraw(Command command, String gateKey, String role, String reason);

    /** Asks to pass the open gate without its sign-offs; a second person must confirm. */
    Cutover requestBreakGlass(Command command, String gateKey, String reason);

    /** Confirms, as the second person, passing the gate without its sign-offs. */
    Cutover confirmBreakGlass(Command command, String gateKey);

    /** Keeps an announced rollback from beginning by itself: a person decides about the verdict that demands it. */
    Cutover holdRollback(Command command, String reason);

    /** Starts the way back; whatever is running is cancelled first. */
    Cutover rollback(Command command, String reason);

    /**
     * Gives up during the checklist, before anything was touched (it ends aborted), or a rollback that cannot be finished
     * from here (it ends failed).
     */
    Cutover abort(Command command, String reason);

    /** Ends a cutover whose monitor phase is done and signed, and whose application may write. */
    Cutover complete(Command command);

    /**
     * Says that the application may write again, which the steps do not tell; also after the end.
     *
     * @param how how it came to that; not empty
     */
    Cutover confirmWrites(Command command, String how);

    /**
     * Makes sure that this actor may have sessions of the target cancelled or ended; throws otherwise.
     *
     * @param tried what is tried, for a refusal
     */
    void permitSession(Actor actor, Cutover cutover, String tried);

    /**
     * Writes down that this actor is about to have a session of the target cancelled or ended. Needs no version: what was
     * seen of the session says whether it is still the same.
     *
     * @param tried what is tried, for a refusal
     */
    Cutover signalSession(Actor actor, String cutoverId, String tried, CutoverEvent.SessionSignalled what);

    /** Writes down what came of it. */
    Cutover sessionAnswered(String cutoverId, CutoverEvent.SessionAnswered what);

    /**
     * Writes a lesson into the report, also after the end. Needs no version: a lesson does not depend on the state.
     *
     * @param corrects number of the lesson that this one replaces; null for another one
     */
    Cutover writeLesson(Actor actor, String cutoverId, String text, @Nullable Long corrects);

    /**
     * Writes the incident report of a cutover that goes or went back, was aborted or failed, also after the end.
     *
     * @param incident the texts; its {@code corrects} is the number of the incident report that the writer has seen, null
     *                 where there was none
     */
    Cutover reportIncident(Actor actor, String cutoverId, CutoverEvent.IncidentReported incident);

    /**
     * Adds a file to the report, also after the end; its content is kept elsewhere.
     *
     * @param most how many files one report may have
     */
    Cutover attach(Actor actor, String cutoverId, CutoverEvent.FileAttached file, int most);

    /** Removes an attached file from the report, also after the end. */
    Cutover removeAttachment(Actor actor, String cutoverId, CutoverEvent.FileRemoved file);
}
