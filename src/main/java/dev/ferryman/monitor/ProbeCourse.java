package dev.ferryman.monitor;

import dev.ferryman.monitor.MonitorState.Judgement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * One probe under way in a {@link Watch}: when it looks next, and what its samples amount to. Used by the watch's thread
 * only; looks have threads of their own and answer through the queue.
 */
final class ProbeCourse {
    /** What a look brought: the past it made up for, and the present last. */
    record Looked(ProbeCourse course, long look, List<Sample> samples) {}

    private final String run;
    private final Watch.Watched watched;
    private final MonitorLog log;
    private final Clock clock;
    private final BlockingQueue<Looked> queue;

    private MonitorState state;
    private Judgement judgement = Judgement.RUNNING;
    private Instant next;
    private @Nullable Thread thread;
    private boolean awaited;
    /** The last look was given up: its thread may still hang. One that answered ends by itself. */
    private boolean givenUp;
    private long look;
    private long begunNanos;
    private Instant begunAt;

    ProbeCourse(String run, Watch.Watched watched, Instant startedAt, MonitorLog log, Clock clock,
            BlockingQueue<Looked> queue) {
        this.run = run;
        this.watched = watched;
        this.log = log;
        this.clock = clock;
        this.queue = queue;
        Instant first = startedAt.plus(rule().initialDelay());
        Optional<MonitorState> known = log.state(run, watched.name());
        state = known.orElseGet(() -> MonitorState.begin(first));
        // However many looks were missed, they are made up for by one at once.
        next = known.isPresent() ? clock.instant() : first;
        begunAt = next;
        known.ifPresent(_ -> judge());
    }

    String name() {
        return watched.name();
    }

    MonitorRule rule() {
        return watched.rule();
    }

    MonitorState state() {
        return state;
    }

    Judgement judgement() {
        return judgement;
    }

    /** Whether an answer is waited for. */
    boolean looking() {
        return awaited;
    }

    private boolean ended() {
        return rule().endsAlone() && judgement == Judgement.PASSED;
    }

    /** Time until its next look; empty where none comes, or one is under way. */
    Optional<Duration> until(Instant now) {
        if (awaited || ended()) {
            return Optional.empty();
        }
        Duration left = Duration.between(now, next);
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }

    void lookIfDue(Instant now) {
        if (awaited || ended()) {
            return;
        }
        Duration longest = state.samples() == 0 ? rule().initialDelay().plus(rule().interval()) : rule().interval();
        if (Duration.between(now, next).compareTo(longest) > 0) {
            // The clock was put back: the next look is not put off with it.
            next = now.plus(rule().interval());
        }
        if (now.isBefore(next)) {
            return;
        }
        begunAt = now;
        begunNanos = System.nanoTime();
        look++;
        awaited = true;
        if (givenUp && thread != null && thread.isAlive()) {
            // One that cannot be interrupted: a second one would hang beside it.
            queue.add(new Looked(this, look, List.of(new Sample(now, Sample.Kind.ERROR, Duration.ZERO,
                    "The look before this one has still not ended."))));
            return;
        }
        givenUp = false;
        thread = Thread.ofVirtual().name("probe-" + watched.name()).start(look(look, now));
    }

    private Runnable look(long number, Instant now) {
        Sample last = state.last();
        Instant missedSince = last != null
                && Duration.between(last.at(), now).compareTo(rule().interval().multipliedBy(2)) > 0 ? last.at() : null;
        return () -> {
            List<Sample> samples = new ArrayList<>();
            try {
                if (missedSince != null) {
                    samples.addAll(watched.probe().past(missedSince, now, rule().interval()));
                }
                samples.add(watched.probe().look(clock));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                samples.add(new Sample(now, Sample.Kind.ERROR, Duration.ZERO,
                        "The look ended with " + e.getClass().getSimpleName() + "."));
            }
            queue.add(new Looked(this, number, samples));
        };
    }

    /** Takes what a look brought; one that was given up is too late. */
    void take(Looked looked, Watch.Listener listener) {
        if (!awaited || looked.look() != look) {
            return;
        }
        awaited = false;
        for (Sample sample : looked.samples()) {
            state = state.after(sample, rule());
            log.record(run, name(), sample, state);
        }
        judge();
        next = next(clock.instant());
        listener.looked(name(), looked.samples().getLast(), state, judgement);
    }

    void giveUpIfLate(Watch.Listener listener) {
        if (awaited && System.nanoTime() - begunNanos > watched.limit().toNanos()) {
            stop();
            givenUp = true;
            take(new Looked(this, look, List.of(new Sample(begunAt, Sample.Kind.ERROR, watched.limit(),
                    "There was no answer within " + watched.limit().toSeconds() + " s."))), listener);
        }
    }

    void stop() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void judge() {
        Instant now = clock.instant();
        judgement = state.judge(now, rule());
        MonitorRule.FailureLimit limit = rule().failures();
        Sample last = state.last();
        if (limit != null && last != null && rule().bad(last) && judgement != Judgement.FAILED
                && failures(last.at().minus(limit.within())) > limit.most()) {
            judgement = Judgement.FAILED;
        }
    }

    private long failures(Instant since) {
        return Arrays.stream(Sample.Kind.values()).filter(rule()::bad)
                .mapToLong(kind -> log.count(run, name(), kind, since)).sum();
    }

    /** The next tick after now, counted from the start; a closer look while something is wrong. */
    private Instant next(Instant now) {
        Sample last = state.last();
        boolean well = last == null || last.kind() == Sample.Kind.OK && state.breachSince() == null
                || rule().ignores(last);
        if (!well && rule().closer().compareTo(rule().interval()) < 0) {
            return begunAt.plus(rule().closer());
        }
        Duration since = Duration.between(state.startedAt(), now);
        if (since.isNegative()) {
            return now.plus(rule().interval());
        }
        long ticks = since.dividedBy(rule().interval()) + 1;
        return state.startedAt().plus(rule().interval().multipliedBy(ticks));
    }
}
