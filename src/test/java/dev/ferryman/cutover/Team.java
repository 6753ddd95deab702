package dev.ferryman.cutover;

import static org.awaitility.Awaitility.await;

import dev.ferryman.access.Role;
import dev.ferryman.access.User;
import dev.ferryman.access.Users;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Command;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Figure;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.Reading;
import dev.ferryman.runbook.StaleVersionException;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepKind;
import dev.ferryman.runbook.StepStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** One person per role, who do what a cutover waits for. */
public final class Team {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(3);

    private final CutoverService cutovers;
    private final Map<String, Work> beforehand = new HashMap<>();

    /** Creates the people that are missing. */
    public Team(CutoverService cutovers, Users users) {
        this.cutovers = cutovers;
        for (Role role : Role.values()) {
            if (users.find(role.id()).isEmpty()) {
                users.create(role.id(), role.label(), Set.of(role), Secret.of("a long enough password"));
            }
        }
    }

    /** What is to be done. */
    @FunctionalInterface
    public interface Work {
        /** Does it. */
        void run() throws Exception;
    }

    /** Does this before the step is completed or run for the first time. */
    public void before(String step, Work work) {
        beforehand.put(step, work);
    }

    static Actor actor(User user) {
        return new Actor(user.username(), user.displayName(),
                user.roles().stream().map(Role::id).collect(Collectors.toSet()));
    }

    /** The person of a role. */
    public static Actor the(String role) {
        return new Actor(role, role, Set.of(role));
    }

    /** The cutover as it stands. */
    public Cutover now(String id) {
        return cutovers.view(the("viewer"), id).cutover();
    }

    /** Does what there is to do until the cutover is as wanted; a step that fails ends the test. */
    public Cutover work(String id, Predicate<Cutover> wanted) {
        await().atMost(LONG_ENOUGH).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50)).until(() -> {
            Cutover cutover = now(id);
            if (wanted.test(cutover)) {
                return true;
            }
            act(cutover);
            return false;
        });
        return now(id);
    }

    /** Waits without doing anything. */
    public Cutover watch(String id, Predicate<Cutover> wanted) {
        await().atMost(LONG_ENOUGH).pollInterval(Duration.ofMillis(50)).until(() -> wanted.test(now(id)));
        return now(id);
    }

    /** Gives a command on the latest state, again where somebody was faster. */
    public Cutover order(String id, String role, Function<Command, Cutover> command) {
        while (true) {
            try {
                return command.apply(Command.on(now(id), the(role)));
            } catch (StaleVersionException _) {
                // Ferryman itself was faster: look again.
            }
        }
    }

    private void act(Cutover cutover) {
        try {
            for (Step step : cutover.steps(cutover.phase())) {
                if (step.status() == StepStatus.FAILED || step.status() == StepStatus.INCONCLUSIVE
                        || step.status() == StepStatus.UNKNOWN) {
                    throw new AssertionError(step.key() + ": " + step.lastAttempt().orElseThrow().what());
                }
                if (step.status() == StepStatus.READY) {
                    prepare(step);
                    Command command = Command.on(cutover, the(step.definition().role()));
                    if (step.definition().kind() == StepKind.MANUAL) {
                        cutovers.complete(command, step.key(), "seen", reading(step));
                        return;
                    }
                    if (!step.definition().automatic()) {
                        cutovers.run(command, step.key());
                        return;
                    }
                }
            }
            Gate gate = cutover.gate(cutover.phase()).orElse(null);
            if (gate != null && gate.state() == Gate.State.OPEN) {
                String role = gate.missing().getFirst();
                cutovers.sign(Command.on(cutover, the(role)), gate.key(), role, "", gate.definition().criteria());
            } else if (gate != null && gate.state() == Gate.State.PASSED && !cutover.status().terminal()) {
                cutovers.complete(Command.on(cutover, the("operator")));
            }
        } catch (StaleVersionException | IllegalMoveException _) {
            // Ferryman itself was faster: the next look shows what is to be done now.
        }
    }

    /** The least that the template wants, or the most. */
    private static Reading reading(Step step) {
        Figure figure = step.definition().figure();
        if (figure == null) {
            return Reading.NONE;
        }
        BigDecimal bound = figure.atLeast() == null ? figure.atMost() : figure.atLeast();
        return new Reading(bound == null ? "1" : bound.toPlainString(), "");
    }

    private void prepare(Step step) {
        Work work = beforehand.remove(step.key());
        if (work != null) {
            try {
                work.run();
            } catch (Exception e) {
                throw new IllegalStateException("before " + step.key(), e);
            }
        }
    }
}
