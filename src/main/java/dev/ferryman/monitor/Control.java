package dev.ferryman.monitor;

import dev.ferryman.hook.HookJournal;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.HttpHooks;
import dev.ferryman.hook.HttpOutcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether it is what is watched that cannot be reached, or Ferryman that is cut off: an address that answers
 * whenever Ferryman itself is connected.
 */
public final class Control {
    private final HttpHooks hooks;
    private final @Nullable HttpCall call;

    /** @param call the control address; null for none, and whatever cannot be reached is in breach */
    public Control(HttpHooks hooks, @Nullable HttpCall call) {
        this.hooks = hooks;
        this.call = call == null ? null : hooks.checked(call);
    }

    /** What it means that something could not be reached. */
    public Sample unreachable(Instant at, String message) throws InterruptedException {
        if (call != null && hooks.call(call, "control", HookJournal.none()) instanceof HttpOutcome.Unreachable) {
            return new Sample(at, Sample.Kind.ERROR, Duration.ZERO,
                    message + ", and neither could the control address: Ferryman itself may be cut off.");
        }
        return new Sample(at, Sample.Kind.BREACH, Duration.ZERO, message + ".");
    }
}
