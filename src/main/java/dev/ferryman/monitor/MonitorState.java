package dev.ferryman.monitor;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What all samples of a probe so far amount to: an immutable value, stored after each sample so that a restart starts no
 * clock over. The rules are those of {@code DESIGN.md} § 3, Monitors: a breach advances the clock, two consecutive ok
 * samples reset it, everything else freezes it. Time in which no sample was taken (Ferryman was down, or the clock
 * jumped) counts for nothing.
 *
 * @param startedAt when watching began
 * @param samples how many samples were taken
 * @param telling how many of them told something
 * @param last the latest sample, null before the first
 * @param breachSince when the breach that is counted began, null where there is none
 * @param breached how long that breach has lasted, frozen time not counted
 * @param consecutiveOk ok samples in a row, others that tell nothing not counted
 * @param consecutiveErrors errors in a row
 * @param observed time covered by samples that tell something
 * @param silent time without such a sample, since the last one
 * @param unseen all time covered by samples that tell nothing
 * @param ignored time covered by samples that are passed over
 */
public record MonitorState(Instant startedAt, long samples, long telling, @Nullable Sample last,
        @Nullable Instant breachSince, Duration breached, int consecutiveOk, int consecutiveErrors, Duration observed,
        Duration silent, Duration unseen, Duration ignored) {
    private static final int OKS_THAT_RESET = 2;
    private static final int COVERAGE_PERCENT = 80;
    /** A look may be late by this much more than one interval before the time counts as not observed. */
    private static final int LATE_SECONDS = 10;

    /** What the samples amount to. */
    public enum Judgement {
        /** Going on, nothing wrong. */
        RUNNING,
        /** Going on; a breach is being counted. */
        BREACHING,
        /** It went well for long enough. */
        PASSED,
        /** A breach lasted too long. */
        FAILED,
        /** No data for too long: proved neither way. */
        INCONCLUSIVE
    }

    /** Before the first sample. */
    public static MonitorState begin(Instant startedAt) {
        return new MonitorState(startedAt, 0, 0, null, null, Duration.ZERO, 0, 0, Duration.ZERO, Duration.ZERO,
                Duration.ZERO, Duration.ZERO);
    }

    /** With one more sample. */
    public MonitorState after(Sample sample, MonitorRule rule) {
        Duration covered = covered(sample, rule);
        if (rule.bad(sample)) {
            return breach(sample, covered, rule);
        }
        if (sample.kind() == Sample.Kind.OK) {
            int oks = consecutiveOk + 1;
            boolean over = oks >= OKS_THAT_RESET;
            return new MonitorState(startedAt, samples + 1, telling + 1, sample, over ? null : breachSince,
                    over ? Duration.ZERO : breached, oks, 0, observed.plus(covered), Duration.ZERO, unseen, ignored);
        }
        return silence(sample, covered, rule);
    }

    private MonitorState breach(Sample sample, Duration covered, MonitorRule rule) {
        boolean frozenBefore = last != null && !telling(last, rule);
        Duration lasting = breachSince == null
                ? Duration.ZERO
                : breached.plus(frozenBefore ? Duration.ZERO : covered);
        return new MonitorState(startedAt, samples + 1, telling + 1, sample,
                breachSince == null ? sample.at() : breachSince, lasting, 0, 0, observed.plus(covered), Duration.ZERO,
                unseen, ignored);
    }

    private MonitorState silence(Sample sample, Duration covered, MonitorRule rule) {
        int errors = sample.kind() == Sample.Kind.ERROR ? consecutiveErrors + 1 : 0;
        if (rule.ignores(sample)) {
            return new MonitorState(startedAt, samples + 1, telling, sample, breachSince, breached, consecutiveOk, 0,
                    observed, silent, unseen, ignored.plus(covered));
        }
        // The hour before an hourly look that fails was no hour without data.
        Duration quiet = last != null && telling(last, rule) && covered.compareTo(rule.closer()) > 0
                ? rule.closer()
                : covered;
        return new MonitorState(startedAt, samples + 1, telling, sample, breachSince, breached, consecutiveOk, errors,
                observed, sample.kind() == Sample.Kind.LOW_TRAFFIC ? Duration.ZERO : silent.plus(quiet),
                unseen.plus(covered), ignored);
    }

    /** What it all amounts to now, a limit of failures apart: that needs the samples themselves. */
    public Judgement judge(Instant now, MonitorRule rule) {
        if (last == null) {
            return Judgement.RUNNING;
        }
        if (rule.bad(last) && breached.compareTo(rule.breachFor()) >= 0) {
            return Judgement.FAILED;
        }
        if (silent.compareTo(rule.silenceFor()) > 0
                || rule.consecutiveErrors() > 0 && consecutiveErrors >= rule.consecutiveErrors()) {
            return Judgement.INCONCLUSIVE;
        }
        if (breachSince != null) {
            return Judgement.BREACHING;
        }
        if (!over(now, rule)) {
            return Judgement.RUNNING;
        }
        if (covered(rule) && (last.kind() == Sample.Kind.OK || telling > 0 && rule.ignores(last))) {
            return Judgement.PASSED;
        }
        return hopeless(rule) ? Judgement.INCONCLUSIVE : Judgement.RUNNING;
    }

    /** How much of a breach's time is left before it fails, zero where it has. */
    public Duration left(MonitorRule rule) {
        Duration left = rule.breachFor().minus(breached);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** How much of the time was observed, in percent of what has to be. */
    public int coverage(MonitorRule rule) {
        Duration wanted = rule.soak().minus(ignored);
        return wanted.isPositive() ? (int) Math.min(100, observed.toMillis() * 100 / wanted.toMillis()) : 100;
    }

    private boolean over(Instant now, MonitorRule rule) {
        return rule.count() > 0
                ? samples >= rule.count()
                // Observed time counts as well, since the clock may have been put back.
                : !now.isBefore(startedAt.plus(rule.soak())) || observed.compareTo(rule.soak()) >= 0;
    }

    private boolean covered(MonitorRule rule) {
        if (rule.count() > 0) {
            return telling * 100 >= samples * COVERAGE_PERCENT || rule.noData() == MonitorRule.NoData.IGNORE;
        }
        return observed.multipliedBy(100)
                .compareTo(rule.soak().minus(ignored).multipliedBy(COVERAGE_PERCENT)) >= 0;
    }

    /** Whether as much time as it was to watch went by with looks that told nothing. */
    private boolean hopeless(MonitorRule rule) {
        Duration most = rule.soak().compareTo(rule.silenceFor()) > 0 ? rule.soak() : rule.silenceFor();
        return unseen.compareTo(most) > 0 || telling == 0 && ignored.compareTo(most) > 0;
    }

    private static boolean telling(Sample sample, MonitorRule rule) {
        return sample.kind() == Sample.Kind.OK || rule.bad(sample);
    }

    private Duration covered(Sample sample, MonitorRule rule) {
        if (last == null) {
            return Duration.ZERO;
        }
        Duration since = Duration.between(last.at(), sample.at());
        return since.compareTo(rule.interval().multipliedBy(2).plusSeconds(LATE_SECONDS)) > 0 || since.isNegative()
                ? Duration.ZERO
                : since;
    }
}
