package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.traffic.Side;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** {@code traffic.undo}: points the application back at SQLite. Takes the arguments of the switch. */
@Component
class TrafficUndoStep implements StepAction {
    private final TrafficArguments traffic;
    private final ObjectProvider<Runbook> runbook;
    private final DataPlaneMetrics meters;

    TrafficUndoStep(TrafficArguments traffic, ObjectProvider<Runbook> runbook, DataPlaneMetrics meters) {
        this.meters = meters;
        this.traffic = traffic;
        this.runbook = runbook;
    }

    @Override
    public String type() {
        return "traffic.undo";
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
        return Optional.of("It would " + Told.traffic(new Arguments(with), Side.SOURCE) + ".");
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        return TrafficSwitchStep.move(context,
                traffic.read(new Arguments(context.with()), runbook.getObject(), context.cutoverId()), Side.SOURCE,
                meters);
    }
}
