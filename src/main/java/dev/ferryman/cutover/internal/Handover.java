package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.HttpOutcome;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.traffic.Position;
import dev.ferryman.traffic.Side;
import dev.ferryman.traffic.TrafficException;
import dev.ferryman.traffic.TrafficSwitch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Takes the application along when writes change sides: the traffic switch of the step's arguments and, where {@code reload}
 * is given, an HTTP call after it that tells the application. Both belong to the step that hands writes over, because
 * every moment between them is one in which users wait. A rehearsal
 * tells what would be done, and looks at nothing outside.
 */
@Component
class Handover {
    private final TrafficArguments traffic;
    private final HttpHooks hooks;
    private final ObjectProvider<Runbook> runbook;
    private final DataPlaneMetrics meters;

    Handover(TrafficArguments traffic, HttpHooks hooks, ObjectProvider<Runbook> runbook, DataPlaneMetrics meters) {
        this.meters = meters;
        this.traffic = traffic;
        this.hooks = hooks;
        this.runbook = runbook;
    }

    List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            FreezeArguments.read(arguments);
            traffic.read(arguments, runbook.getObject(), "");
            reload(arguments);
        });
    }

    private Optional<HttpCall> reload(Arguments arguments) {
        return arguments.below("reload").filter(it -> it.text("url").isPresent() || it.text("hook").isPresent())
                .map(it -> it.call(hooks, "POST"));
    }

    /** What is needed to take the application along, looked at before anybody waits. */
    Ready ready(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        if (context.rehearsal()) {
            return (side, _) -> new Gone(new StepResult.Passed("Rehearsal: the application is not taken along. "
                    + Told.handover(arguments, side)), Optional.empty());
        }
        TrafficSwitch adapter = traffic.read(arguments, runbook.getObject(), context.cutoverId());
        Optional<HttpCall> reload = reload(arguments);
        adapter.plan().forEach(context::output);
        try {
            if (adapter.current() instanceof Position.Unknown(var why)) {
                context.output("Where the application points now cannot be read back: " + why + ".");
            }
        } catch (TrafficException e) {
            throw new BadInputException("The traffic switch is not ready: " + e.getMessage(),
                    "Nobody was made to wait and nothing has changed. Correct the cause, then retry.", e);
        }
        return new Application(context, adapter, reload);
    }

    /** Ready to go. */
    interface Ready {
        /**
         * Points the application at a side and tells it so.
         *
         * @param lockedAt {@link System#nanoTime()} when writers began to wait, empty where that is not known
         */
        Gone to(Side side, Optional<Long> lockedAt) throws InterruptedException;

        /**
         * Makes sure that nothing is known that would keep it from getting there.
         *
         * @throws BadInputException where something is
         */
        default void requireWay(Side to) throws InterruptedException {}
    }

    /** The application itself, which is taken along. */
    private final class Application implements Ready {
        private final StepContext context;
        private final TrafficSwitch adapter;
        private final Optional<HttpCall> reload;

        private Application(StepContext context, TrafficSwitch adapter, Optional<HttpCall> reload) {
            this.context = context;
            this.adapter = adapter;
            this.reload = reload;
        }

        @Override
        public void requireWay(Side to) throws InterruptedException {
            Optional<String> obstacle = TrafficSwitchStep.obstacle(adapter, to);
            if (obstacle.isPresent()) {
                throw new BadInputException("It was not begun, and nobody was made to wait: " + obstacle.get(),
                        "Correct the cause, then retry.");
            }
        }

        @Override
        public Gone to(Side side, Optional<Long> lockedAt) throws InterruptedException {
            StepResult moved = TrafficSwitchStep.move(context, adapter, side, meters);
            if (!(moved instanceof StepResult.Passed passed)) {
                return new Gone(moved, Optional.empty());
            }
            StepResult told = reload.isEmpty()
                    ? passed
                    : HttpHookStep.result(context, hooks.call(reload.get(), context.idempotencyKey(),
                            new StepJournal(context)));
            Optional<Duration> gap = lockedAt.map(start -> Duration.ofNanos(System.nanoTime() - start));
            return new Gone(told instanceof StepResult.Passed ? passed : told, gap);
        }
    }

    /**
     * What came of it.
     *
     * @param result passed, or what a person has to do
     * @param gap time since writers began to wait
     */
    record Gone(StepResult result, Optional<Duration> gap) {}
}
