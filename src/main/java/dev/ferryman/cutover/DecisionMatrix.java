package dev.ferryman.cutover;

import java.time.Instant;
import java.util.List;

/**
 * What can be done about what is happening now. Ranked: what can work before what cannot, the fewest writes at risk first,
 * then the quickest; doing it by hand comes last.
 *
 * @param at        when it was looked at
 * @param situation what was found, one sentence each
 * @param options   every way out, the best first
 */
public record DecisionMatrix(Instant at, List<String> situation, List<RecoveryOption> options) {
    /** Copies the lists. */
    public DecisionMatrix {
        situation = List.copyOf(situation);
        options = List.copyOf(options);
    }
}
