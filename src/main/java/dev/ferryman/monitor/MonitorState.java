package dev.ferryman.monitor;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What all samples of a monitor so far amount to: an immutable value, stored after each sample so that a restart starts
 * no clock over. The rules are those of {@code DESIGN.md} § 3, Monitors: a breach advances the clock, two consecutive ok
 * samples reset it, everything else freezes it. Time in which no sample was taken (Ferryman was down) counts for
 * nothing.
 *
 * @param startedAt when watching began
 * @param samples how many samples were taken
 * @param last the latest sample, null before the first
 * @param breachSince when the breach that is counted began, null where there is none
 * @param breached how long that breach has lasted, frozen time not counted
 * @param consecutiveOk ok samples in a row, others that tell nothing not counted
 * @param observed time covered by samples that tell something
 * @param silent time without such a sample, since the last one
 */
public record MonitorState(Instant startedAt, long samples, @Nullable Sample last, @Nullable Instant breachSince,
        Duration breached, int consecutiveOk, Duration observed, Duration silent) {
    private static final int OKS_THAT_RESET = 2;
    private static final int COVERAGE_PERCENT = 80;

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
        return new MonitorState(startedAt, 0, null, null, Duration.ZERO, 0, Duration.ZERO, Duration.ZERO);
    }

    /** With one more sample. */
    public MonitorState after(Sample sample, MonitorRule rule) {
        Duration covered = covered(sample, rule);
        if (!sample.kind().signal()) {
            return new MonitorState(startedAt, samples + 1, sample, breachSince, breached, consecutiveOk, observed,
                    silent.plus(covered));
        }
        Duration seen = observed.plus(covered);
        if (sample.kind() == Sample.Kind.OK) {
            int oks = consecutiveOk + 1;
            boolean over = oks >= OKS_THAT_RESET;
            return new MonitorState(startedAt, samples + 1, sample, over ? null : breachSince,
                    over ? Duration.ZERO : breached, oks, seen, Duration.ZERO);
        }
        boolean frozenBefore = last != null && !last.kind().signal();
        Duration lasting = breachSince == null
                ? Duration.ZERO
                : breached.plus(frozenBefore ? Duration.ZERO : covered);
        return new MonitorState(startedAt, samples + 1, sample, breachSince == null ? sample.at() : breachSince,
                lasting,
                0, seen, Duration.ZERO);
    }

    /** What it all amounts to now. */
    public Judgement judge(Instant now, MonitorRule rule) {
        if (last == null) {
            return Judgement.RUNNING;
        }
        if (last.kind() == Sample.Kind.BREACH && breached.compareTo(rule.breachFor()) >= 0) {
            return Judgement.FAILED;
        }
        if (silent.compareTo(rule.silenceFor()) > 0) {
            return Judgement.INCONCLUSIVE;
        }
        if (breachSince != null) {
            return Judgement.BREACHING;
        }
        boolean longEnough = !now.isBefore(startedAt.plus(rule.soak()))
                && observed.multipliedBy(100).compareTo(rule.soak().multipliedBy(COVERAGE_PERCENT)) >= 0;
        return longEnough && last.kind() == Sample.Kind.OK ? Judgement.PASSED : Judgement.RUNNING;
    }

    private Duration covered(Sample sample, MonitorRule rule) {
        if (last == null) {
            return Duration.ZERO;
        }
        Duration since = Duration.between(last.at(), sample.at());
        return since.compareTo(rule.interval().multipliedBy(2).plusSeconds(10)) > 0 || since.isNegative()
                ? Duration.ZERO
                : since;
    }
}
