package dev.ferryman.monitor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;

/** Watches until the samples amount to a judgement. Stopped and started again, it goes on where it was. */
public final class Soak {

    /** How time passes between samples; a test's clock lets it pass at once. */
    @FunctionalInterface
    public interface Pause {
        /** Waits; an interrupt ends the soak. */
        void sleep(Duration time) throws InterruptedException;
    }

    /** What the soak came to, with everything it rests on. */
    public record Result(MonitorState.Judgement judgement, MonitorState state) {}

    private final MonitorLog log;
    private final Clock clock;
    private final Pause pause;

    /** @param log where samples are kept */
    public Soak(MonitorLog log, Clock clock, Pause pause) {
        this.log = log;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Watches to the end.
     *
     * @param run the attempt this belongs to; the same after a restart
     * @param startedAt when the attempt was first started
     * @param each told of each sample and what all amount to, after they are stored
     * @throws InterruptedException where it was stopped: nothing is proved
     */
    public Result run(String run, Instant startedAt, Probe probe, MonitorRule rule,
            BiConsumer<Sample, MonitorState> each) throws InterruptedException {
        MonitorState state = log.state(run).orElseGet(() -> MonitorState.begin(startedAt));
        while (true) {
            Instant begun = clock.instant();
            Sample sample = probe.look(clock);
            state = state.after(sample, rule);
            log.record(run, sample, state);
            each.accept(sample, state);
            MonitorState.Judgement judgement = state.judge(clock.instant(), rule);
            switch (judgement) {
                case PASSED, FAILED, INCONCLUSIVE -> {
                    return new Result(judgement, state);
                }
                case RUNNING, BREACHING -> {
                    Duration left = rule.interval().minus(Duration.between(begun, clock.instant()));
                    if (left.isPositive()) {
                        pause.sleep(left);
                    }
                }
            }
        }
    }
}
