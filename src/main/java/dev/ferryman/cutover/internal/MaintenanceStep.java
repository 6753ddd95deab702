package dev.ferryman.cutover.internal;

import dev.ferryman.hook.HttpHooks;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.runbook.Writes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code app.maintenance}: an HTTP call that keeps the application from writing ({@code writes: stopped}) or lets it write again
 * ({@code writes: allowed}). A type of its own so that the time without writes can be shown.
 */
@Component
class MaintenanceStep extends HttpHookStep {
    /** The step's type. */
    static final String TYPE = Writes.STEP;

    MaintenanceStep(HttpHooks hooks) {
        super(hooks);
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        if (nobodyToCall(with)) {
            return Optional.of("It would call nobody: no address is given.");
        }
        return Optional.of((Writes.STOPPED.equals(with.get(Writes.ARGUMENT))
                ? "It would keep the application from writing: "
                : "It would let the application write: ") + Told.call(new Arguments(with), "POST") + ".");
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        Object writes = with.get(Writes.ARGUMENT);
        if (!Writes.STOPPED.equals(writes) && !Writes.ALLOWED.equals(writes)) {
            return List.of("The argument writes must be stopped or allowed.");
        }
        return nobodyToCall(with) ? List.of() : super.check(with);
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        return nobodyToCall(context.with())
                ? new StepResult.Passed("No address is given: the application goes on writing.",
                        Map.of(Writes.SKIPPED, true))
                : super.run(context);
    }

    private static boolean nobodyToCall(Map<String, Object> with) {
        var arguments = new Arguments(with);
        return arguments.text("optional").filter("true"::equals).isPresent() && arguments.text("url").isEmpty()
                && arguments.text("hook").isEmpty();
    }
}
