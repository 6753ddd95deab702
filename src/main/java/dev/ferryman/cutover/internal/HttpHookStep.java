package dev.ferryman.cutover.internal;

import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.HttpOutcome;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** {@code hook.http}: makes an HTTP call. The other side is told repetitions by an idempotency key. */
@Component
class HttpHookStep implements StepAction {
    private final HttpHooks hooks;

    HttpHookStep(HttpHooks hooks) {
        this.hooks = hooks;
    }

    @Override
    public String type() {
        return "hook.http";
    }

    @Override
    public boolean idempotent() {
        return true;
    }

    @Override
    public boolean anywhere() {
        return true;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> arguments.call(hooks, "POST"));
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        return Optional.of("It would " + Told.call(new Arguments(with), "POST") + ".");
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        var call = new Arguments(context.with()).call(hooks, "POST");
        return result(context, hooks.call(call, context.idempotencyKey(), new StepJournal(context)));
    }

    /** What an answer means for a step. */
    static StepResult result(StepContext context, HttpOutcome outcome) {
        return switch (outcome) {
            case HttpOutcome.Answered answered -> new StepResult.Passed(answered.message() + ".");
            case HttpOutcome.Refused refused -> {
                context.output(refused.body());
                yield new StepResult.Failed(refused.message() + ".",
                        "Look at what the other side says about it, then retry: repeating the call is safe.");
            }
            case HttpOutcome.Unreachable unreachable -> new StepResult.Failed(unreachable.message() + ".",
                    "Check that the address is right and reachable from here, then retry: repeating the call is safe.");
        };
    }
}
