package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Waits for a time that counts from when the step was started, through any number of restarts. */
final class WaitAction implements StepAction {
    private static final String FOR = "for";
    private static final Duration LONGEST_NAP = Duration.ofSeconds(1);

    @Override
    public String type() {
        return "wait";
    }

    @Override
    public boolean idempotent() {
        return true;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        Object time = with.get(FOR);
        if (time == null) {
            return List.of("‘wait’ needs ‘for’: " + Durations.EXPECTED + ".");
        }
        if (!with.keySet().equals(Set.of(FOR))) {
            return List.of("‘wait’ knows ‘for’ only.");
        }
        boolean open = time.toString().contains("${");
        return open || Durations.parse(time.toString()).isPresent()
                ? List.of()
                : List.of("‘for’ must be " + Durations.EXPECTED + ".");
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        return Optional.of("It would wait for " + with.get(FOR) + ".");
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        Duration time = Durations.parse(String.valueOf(context.with().get(FOR))).orElseThrow();
        Instant until = context.startedAt().plus(time);
        Instant now = context.clock().instant();
        while (now.isBefore(until)) {
            context.progress("waited", Duration.between(context.startedAt(), now).toSeconds(), time.toSeconds(), 0);
            Duration left = Duration.between(now, until);
            Thread.sleep(left.compareTo(LONGEST_NAP) < 0 ? left : LONGEST_NAP);
            now = context.clock().instant();
        }
        context.progress("waited", time.toSeconds(), time.toSeconds(), 0);
        return new StepResult.Passed("Waited until " + until + ".");
    }
}
