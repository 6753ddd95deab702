package dev.ferryman.cutover;

import dev.ferryman.endpoint.Secret;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Command;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.Reading;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be asked of cutovers and done with them: pages and HTTP API call this and decide nothing
 * themselves. Commands throw what {@link dev.ferryman.runbook.Runbook} throws; whatever is wrong with what was given is a
 * {@link dev.ferryman.endpoint.BadInputException}; whatever the user's roles do not permit a {@link NotAllowedException}.
 */
public interface CutoverService {

    /** Whether this user may create cutovers. */
    boolean mayCreate(Actor actor);

    /** Whether passwords can be kept encrypted: without {@code FERRYMAN_SECRET_KEY} only references are accepted. */
    boolean passwordsCanBeStored();

    /**
     * Seals a password under the service's key, for what is kept between two requests.
     *
     * @param purpose what it is for; it opens for nothing else
     * @throws dev.ferryman.endpoint.BadInputException where there is no key
     */
    String seal(Secret password, String purpose);

    /**
     * Opens a sealed password.
     *
     * @throws dev.ferryman.endpoint.BadInputException where there is no key, or another one than it was sealed with
     */
    Secret open(String sealed, String purpose);

    /** Whether the address of a target has a password in it, which is refused and must not be kept anywhere. */
    boolean holdsPassword(String targetUrl);

    /**
     * Tests both connections, profiles the source and plans, without creating or storing anything. What is wrong with the
     * draft is in the answer.
     *
     * @throws NotAllowedException where this user may not create cutovers
     */
    CutoverPreview preview(Actor actor, CutoverDraft draft);

    /**
     * Creates a cutover after the same checks.
     *
     * @throws CutoverRefusedException where something is wrong with the draft; nothing was created
     * @throws NotAllowedException where this user may not create cutovers
     */
    Cutover create(Actor actor, CutoverDraft draft);

    /**
     * The draft from which a cutover like this one can be created, without its password: what is to be moved again after a
     * rollback, with a new plan.
     *
     * @throws NotAllowedException where this user may not create cutovers
     */
    CutoverDraft draftLike(Actor actor, String cutoverId);

    /** A cutover as it stands, for whoever may look. */
    Cutover get(String cutoverId);

    /** Every cutover with a window, whole. */
    List<Cutover> withWindows();

    /** Every cutover, the latest changed first. */
    List<CutoverSummary> list();

    /** One consistent state of a cutover, as this user sees it. */
    CutoverView view(Actor actor, String cutoverId);

    /**
     * One step of it.
     *
     * @throws dev.ferryman.runbook.NoSuchCutoverException where there is no such cutover
     * @throws NoSuchPartException where it has no such step
     */
    StepView step(Actor actor, String cutoverId, String stepKey);

    /**
     * Makes the checks that the texts beside a failed step name; asks both databases, for a few seconds at most. Nothing is
     * kept of it.
     *
     * @return without checks where the step has not failed, or has nothing to do with the databases
     * @throws NoSuchPartException where it has no such step
     * @throws dev.ferryman.endpoint.BadInputException where others are making checks already
     */
    Diagnosis diagnose(String cutoverId, String stepKey);

    /** The whole log of a cutover, oldest first. */
    List<LoggedEvent> events(String cutoverId);

    /** Part of the log, oldest first: so many events after the one with this number. */
    List<LoggedEvent> events(String cutoverId, long after, int limit);

    /** Whether this user may choose what becomes of what does not fit, and why not. */
    Permission mayChoose(Actor actor, String cutoverId);

    /**
     * Chooses what becomes of what does not fit; the plan follows at once, and sign-offs bound to another plan are void.
     *
     * @throws NotAllowedException where this user may not, or the copy has begun
     * @throws NoSuchPartException where there is no plan, or it asks nothing of the kind
     * @throws dev.ferryman.endpoint.BadInputException where that is none of the options, or the choice would forbid a copy
     *         that is possible now; nothing was changed
     */
    Cutover choose(Command command, List<PlanChoice> choices);

    /**
     * The choices as a plan file, with what there is to choose as comments.
     *
     * @throws NoSuchPartException where there is no plan yet
     */
    String planFile(String cutoverId);

    /**
     * Puts the choices of a plan file in the place of those made so far.
     *
     * @throws dev.ferryman.endpoint.BadInputException naming line and column of what is wrong; nothing was changed
     */
    Cutover usePlanFile(Command command, String yaml);

    /**
     * Samples of a watching step's latest attempt in the order they were kept; empty where it has not begun.
     *
     * @param probe of this probe only; null for all
     * @param after only samples with a greater number; 0 for all
     * @param limit at most so many
     * @throws NoSuchPartException where there is no such step
     */
    List<SampleRow> samples(String cutoverId, String stepKey, @Nullable String probe, long after, int limit);

    /**
     * The samples of a probe over the whole of the latest attempt, evenly thinned where there are many; breaches stay.
     *
     * @throws NoSuchPartException where there is no such step
     */
    List<SampleRow> curve(String cutoverId, String stepKey, String probe);

    /**
     * What decided the attempts at a step that watches, the latest attempt first; empty where none is decided.
     *
     * @throws NoSuchPartException where there is no such step
     */
    List<VerdictRow> verdicts(String cutoverId, String stepKey);

    /**
     * Every verification of a cutover, oldest first.
     *
     * @throws dev.ferryman.runbook.NoSuchCutoverException where there is no such cutover
     */
    List<VerificationView> verifications(String cutoverId);

    /** One verification, empty where there is none of that number. */
    Optional<VerificationView> verification(String cutoverId, long verificationId);

    /**
     * Writes every listed difference of a verification as CSV with a heading (RFC 4180).
     *
     * @throws NoSuchPartException where there is none of that number, before anything is written
     */
    void writeDifferences(String cutoverId, long verificationId, Appendable csv) throws IOException;

    /**
     * What is in quarantine, as the target has it now.
     *
     * @param after number of the last row that was seen, 0 for none
     * @throws dev.ferryman.endpoint.BadInputException if the target cannot be asked
     */
    QuarantineView quarantine(String cutoverId, long after);

    /**
     * Writes every row in quarantine whole, one JSON object a line.
     *
     * @throws dev.ferryman.endpoint.BadInputException if the target cannot be asked
     */
    void writeQuarantine(String cutoverId, Appendable lines) throws IOException;

    /**
     * Sets another window, or takes it away where none is wanted.
     *
     * @throws BadInputException where it is wrong
     */
    Cutover setWindow(Command command, WindowDraft window, String reason);

    /** Says that the source and the work directory are on another node from now on; see {@link CutoverView#otherNodes}. */
    Cutover moveTo(Command command, String node, String reason);

    /** Starts a step, or runs a passed check again. */
    Cutover run(Command command, String step);

    /** Says that a manual step is done, or that a step of unknown outcome took effect. */
    default Cutover complete(Command command, String step, String evidence) {
        return complete(command, step, evidence, Reading.NONE);
    }

    /** Says that a manual step that may ask for a figure is done. */
    Cutover complete(Command command, String step, String evidence, Reading reading);

    /** Starts a new attempt at a step that did not pass. */
    Cutover retry(Command command, String step);

    /** Accepts going on without a step. */
    Cutover skip(Command command, String step, String reason);

    /** Lets a step start outside the window; the role that does it may, with a reason. */
    Cutover overrideWindow(Command command, String step, String reason);

    /** Stops the attempt under way. */
    Cutover cancel(Command command, String step, String reason);

    /** Forces an attempt to failed. */
    Cutover forceFail(Command command, String step, String reason);

    /** Writes a remark on a step. */
    Cutover note(Command command, String step, String note);

    /**
     * Signs the open gate for a role.
     *
     * @param confirmed the gate's criteria that the signer confirms; all of them are needed
     */
    Cutover sign(Command command, String gate, String role, String comment, List<String> confirmed);

    /** Signs a gate that has no criteria. */
    default Cutover sign(Command command, String gate, String role, String comment) {
        return sign(command, gate, role, comment, List.of());
    }

    /** Takes back one's own sign-off. */
    Cutover withdraw(Command command, String gate, String role, String reason);

    /** Asks to pass a gate without its sign-offs. */
    Cutover requestBreakGlass(Command command, String gate, String reason);

    /** Confirms that as the second person. */
    Cutover confirmBreakGlass(Command command, String gate);

    /**
     * What can be done about what is happening now; asks both databases, for a few seconds at most.
     *
     * @throws dev.ferryman.runbook.NoSuchCutoverException where there is no such cutover
     */
    DecisionMatrix decisionMatrix(String cutoverId);

    /** Keeps an announced rollback from beginning by itself. */
    Cutover holdRollback(Command command, String reason);

    /** Starts the way back. */
    Cutover rollback(Command command, String reason);

    /** Gives up during the checklist, or gives up a rollback that cannot be finished from here. */
    Cutover abort(Command command, String reason);

    /** Ends a cutover whose monitor phase is done and signed, and whose application may write. */
    Cutover complete(Command command);

    /** Says that the application may write again, which the steps do not tell; also after the end. */
    Cutover confirmWrites(Command command, String how);

    /**
     * Who waits for whom in the target; asks it, for a few seconds at most, where nobody has just done so.
     *
     * @throws dev.ferryman.runbook.NoSuchCutoverException where there is no such cutover
     */
    SessionsView sessions(Actor actor, String cutoverId);

    /** A number that grows when {@link #sessions} would show something else. Asks the target as that does. */
    long sessionsNumber(String cutoverId);

    /**
     * Has the server cancel the statement of a session of the target, or end it.
     *
     * @return what came of it, one sentence
     * @throws dev.ferryman.runbook.IllegalMoveException where the session is not what was seen any more, is Ferryman's own or
     *         may not be ended; nothing was done
     * @throws dev.ferryman.endpoint.BadInputException if the target cannot be asked
     */
    String endSession(Actor actor, String cutoverId, SessionOrder order);
}
