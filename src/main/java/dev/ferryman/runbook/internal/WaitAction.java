package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Waits for a time that counts from when the step was started, or from the switch, through any number of restarts.
 */
final class WaitAction implements StepAction {
    private static final String FOR = "for";
    private static final String SINCE = "since";
    private static final String START = "start";
    private static final String SWITCH = "switch";
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
    public boolean anywhere() {
        return true;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        List<String> problems = new ArrayList<>();
        Object time = with.get(FOR);
        if (time == null) {
            problems.add("‘wait’ needs ‘for’: " + Durations.EXPECTED + ".");
        } else if (!time.toString().contains("${") && Durations.parse(time.toString()).isEmpty()) {
            problems.add("‘for’ must be " + Durations.EXPECTED + ".");
        }
        if (!Set.of(FOR, SINCE).containsAll(with.keySet())) {
            problems.add("‘wait’ knows ‘for’ and ‘since’ only.");
        }
        if (!Set.of(START, SWITCH).contains(since(with))) {
            problems.add("‘since’ must be start or switch.");
        }
        return problems;
    }

    private static String since(Map<String, Object> with) {
        return String.valueOf(with.getOrDefault(SINCE, START));
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        return Optional.of("It would wait for " + with.get(FOR)
                + (since(with).equals(SWITCH) ? " from the switch on." : "."));
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        Duration time = Durations.parse(String.valueOf(context.with().get(FOR))).orElseThrow();
        Optional<Instant> begun = since(context.with()).equals(SWITCH)
                ? context.switchedAt()
                : Optional.of(context.startedAt());
        return begun.isPresent()
                ? waited(context, begun.get(), time)
                : new StepResult.Failed("The switch, from which this wait counts, has not happened.",
                        "A wait that counts from the switch belongs behind it: correct the template.");
    }

    private static StepResult waited(StepContext context, Instant begun, Duration time) throws InterruptedException {
        Instant until = begun.plus(time);
        Instant now = context.clock().instant();
        while (now.isBefore(until)) {
            context.progress("waited", Duration.between(begun, now).toSeconds(), time.toSeconds(), 0);
            Duration left = Duration.between(now, until);
            Thread.sleep(left.compareTo(LONGEST_NAP) < 0 ? left : LONGEST_NAP);
            now = context.clock().instant();
        }
        context.progress("waited", time.toSeconds(), time.toSeconds(), 0);
        return new StepResult.Passed("Waited until " + until + ".");
    }
}
