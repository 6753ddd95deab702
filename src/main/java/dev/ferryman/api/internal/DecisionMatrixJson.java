package dev.ferryman.api.internal;

import dev.ferryman.cutover.DecisionMatrix;
import dev.ferryman.cutover.RecoveryOption;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be done about what is happening now, the best first.
 *
 * @param at when it was looked at
 * @param situation what was found, one sentence each
 * @param options the ways out; none where the cutover has ended
 */
record DecisionMatrixJson(Instant at, List<String> situation, List<OptionJson> options) {
    static DecisionMatrixJson of(DecisionMatrix matrix) {
        return new DecisionMatrixJson(matrix.at(), matrix.situation(),
                matrix.options().stream().map(OptionJson::of).toList());
    }

    /**
     * One way out.
     *
     * @param key {@code rollback}, {@code by-hand}, or the key of a recovery, whose first step is to be run
     * @param kind {@code rollback}, {@code recovery} or {@code by-hand}
     * @param needs what it needs where it is possible, else why it is not
     * @param writesAtRisk acknowledged writes that would be lost, null where nobody can count them
     */
    record OptionJson(String key, String kind, String title, boolean possible, String needs, double estimateSeconds,
            @Nullable RehearsalJson measuredIn, @Nullable Long writesAtRisk, String losses, List<String> steps) {
        static OptionJson of(RecoveryOption option) {
            return new OptionJson(option.key(), Keys.of(option.kind()), option.title(), option.possible(),
                    option.needs(), Seconds.of(option.takes()), RehearsalJson.of(option.measured()),
                    option.writesAtRisk(), option.losses(), option.steps());
        }
    }
}
