package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.traffic.Change;
import dev.ferryman.traffic.Position;
import dev.ferryman.traffic.Side;
import dev.ferryman.traffic.TrafficException;
import dev.ferryman.traffic.TrafficRouter;
import dev.ferryman.traffic.TrafficSwitch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** {@code traffic.switch}: points the application at PostgreSQL. Repeating it is safe: see {@link TrafficSwitch}. */
@Component
class TrafficSwitchStep implements StepAction {
    private final TrafficArguments traffic;
    private final ObjectProvider<Runbook> runbook;
    private final DataPlaneMetrics meters;

    TrafficSwitchStep(TrafficArguments traffic, ObjectProvider<Runbook> runbook, DataPlaneMetrics meters) {
        this.meters = meters;
        this.traffic = traffic;
        this.runbook = runbook;
    }

    @Override
    public String type() {
        return "traffic.switch";
    }

    @Override
    public boolean idempotent() {
        return true;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> traffic.read(arguments, runbook.getObject(), ""));
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        return Optional.of("It would " + Told.traffic(new Arguments(with), Side.TARGET) + ".");
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        TrafficSwitch adapter = traffic.read(new Arguments(context.with()), runbook.getObject(), context.cutoverId());
        adapter.plan().forEach(context::output);
        Optional<String> obstacle = obstacle(adapter, Side.TARGET);
        return obstacle.isPresent()
                ? new StepResult.Failed(obstacle.get() + " Nothing was changed.", "Correct the cause, then retry.")
                : move(context, adapter, Side.TARGET, meters);
    }

    /** What is known to keep a router from sending everything to a side, or from being asked at all. */
    static Optional<String> obstacle(TrafficSwitch adapter, Side to) throws InterruptedException {
        try {
            return adapter instanceof TrafficRouter router ? router.obstacle(to) : Optional.empty();
        } catch (TrafficException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Points the application at a side and reads it back. */
    static StepResult move(StepContext context, TrafficSwitch adapter, Side to, DataPlaneMetrics meters)
            throws InterruptedException {
        StepResult result = moved(context, adapter, to);
        if (adapter instanceof TrafficRouter && result instanceof StepResult.Passed) {
            meters.readShare(context.cutoverId(), to == Side.TARGET ? 100 : 0);
        }
        return result;
    }

    private static StepResult moved(StepContext context, TrafficSwitch adapter, Side to) throws InterruptedException {
        context.ensureOwner();
        try {
            var journal = new StepJournal(context);
            Change change = to == Side.TARGET
                    ? adapter.apply(context.idempotencyKey(), journal)
                    : adapter.undo(context.idempotencyKey(), journal);
            return switch (change) {
                case Change.Done(var summary) -> passed(adapter, to, summary);
                case Change.Nothing() -> passed(adapter, to, "Nothing had to be changed");
                case Change.ByPerson(var instructions) -> new StepResult.Failed(
                        "A person has to do this first: " + instructions,
                        "Do it, write down what you saw in the step for it, then retry.");
            };
        } catch (TrafficException e) {
            return new StepResult.Failed(String.valueOf(e.getMessage()),
                    "Correct the cause and retry: the switch can be repeated safely.");
        }
    }

    private static StepResult passed(TrafficSwitch adapter, Side to, String summary) throws InterruptedException {
        return switch (adapter.verify(to)) {
            case Position.At(var side) when side == to -> new StepResult.Passed(
                    summary + "; read back: the application points at " + to.database() + ".");
            case Position.At(var side) -> new StepResult.Failed(
                    summary + ", but the application still points at " + side.database() + ".",
                    "Find out what holds it there, then retry.");
            case Position.Split split -> new StepResult.Failed(summary + ", but: " + split.sentence(),
                    "Find out what holds it there, then retry.");
            case Position.Unknown(var why) -> new StepResult.Passed(
                    summary + ". It cannot be read back (" + why + "); the probes that follow will show it.");
        };
    }
}
