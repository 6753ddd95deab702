package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.Moves;
import dev.ferryman.runbook.Moves.StepMove;
import dev.ferryman.runbook.Reading;
import dev.ferryman.runbook.RoleDirectory;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.Window;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Finds what an actor may do by trying every command on a draft that is thrown away. */
public final class Allowed {
    private static final String SOMETHING = "…";

    private final Cutover cutover;
    private final Actor actor;
    private final RoleDirectory directory;
    private final Instant now;

    private Allowed(Cutover cutover, Actor actor, RoleDirectory directory, Instant now) {
        this.cutover = cutover;
        this.actor = actor;
        this.directory = directory;
        this.now = now;
    }

    /** What this actor may do at this moment. */
    public static Moves of(Cutover cutover, Actor actor, RoleDirectory directory, Instant now) {
        return new Allowed(cutover, actor, directory, now).moves();
    }

    private Moves moves() {
        Map<String, Set<StepMove>> steps = new LinkedHashMap<>();
        for (Step step : cutover.steps()) {
            Set<StepMove> possible = EnumSet.noneOf(StepMove.class);
            for (StepMove move : StepMove.values()) {
                if (allows(draft -> attempt(draft, move, step.key()))) {
                    possible.add(move);
                }
            }
            if (!possible.isEmpty()) {
                steps.put(step.key(), possible);
            }
        }
        Optional<Gate> open = cutover.gate(cutover.phase()).filter(gate -> gate.state() == Gate.State.OPEN);
        List<String> sign = open.map(gate -> gate.definition().signoffs().stream().filter(role -> allows(
                draft -> GateMoves.sign(draft, actor, gate.key(), role, "",
                        gate.definition().criteria(), directory)))
                .toList()).orElse(List.of());
        List<String> withdraw = open.map(gate -> gate.definition().signoffs().stream().filter(role -> allows(
                draft -> GateMoves.withdraw(draft, actor, gate.key(), role, SOMETHING))).toList()).orElse(List.of());
        boolean request = open.isPresent() && allows(
                draft -> GateMoves.requestBreakGlass(draft, actor, open.get().key(), SOMETHING));
        boolean confirm = open.isPresent() && allows(
                draft -> GateMoves.confirmBreakGlass(draft, actor, open.get().key()));
        return new Moves(steps, sign, withdraw, request, confirm,
                allows(draft -> Course.rollback(draft, actor, SOMETHING)),
                allows(draft -> Course.hold(draft, actor, SOMETHING)),
                allows(draft -> Course.abort(draft, actor, SOMETHING)),
                allows(draft -> WindowMoves.set(draft, actor, another(), SOMETHING, List.of())),
                allows(draft -> Course.complete(draft, actor)),
                allows(draft -> TargetMoves.confirmWrites(draft, actor, SOMETHING)),
                allows(draft -> TargetMoves.endSession(draft, actor, SOMETHING)));
    }

    /** A possible one that is not set already: the one that is set did not start this very moment in UTC. */
    private Window another() {
        return new Window(now, now.plusNanos(1_000), ZoneOffset.UTC);
    }

    private void attempt(Draft draft, StepMove move, String step) {
        switch (move) {
            case RUN -> StepMoves.run(draft, actor, step);
            case COMPLETE -> StepMoves.complete(draft, actor, step, SOMETHING,
                    cutover.step(step).map(FigureRule::good).orElse(Reading.NONE));
            case RETRY -> StepMoves.retry(draft, actor, step);
            case SKIP -> StepMoves.skip(draft, actor, step, SOMETHING);
            case OVERRIDE_WINDOW -> StepMoves.overrideWindow(draft, actor, step, SOMETHING);
            case CANCEL -> StepMoves.cancel(draft, actor, step, SOMETHING);
            case FORCE_FAIL -> StepMoves.forceFail(draft, actor, step, SOMETHING);
            case NOTE -> StepMoves.note(draft, actor, step, SOMETHING);
        }
    }

    private boolean allows(Consumer<Draft> command) {
        return allows(cutover, now, command);
    }

    /** Whether a command would be carried out. */
    static boolean allows(Cutover cutover, Instant now, Consumer<Draft> command) {
        try {
            command.accept(new Draft(cutover, now, Draft.Interrupted.CLEANLY));
            return true;
        } catch (IllegalMoveException e) {
            return false;
        }
    }
}
