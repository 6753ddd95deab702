package dev.ferryman.cutover;

import dev.ferryman.runbook.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A phase of a cutover.
 *
 * @param from when it is planned to begin; null where the template does not say, or the cutover has no window
 * @param to when it is planned to end; null likewise
 */
public record PhaseView(Phase phase, String title, State state, List<StepView> steps, Optional<GateView> gate,
        @Nullable Instant from, @Nullable Instant to) {
    public PhaseView {
        steps = List.copyOf(steps);
    }

    /** Where a phase stands. */
    public enum State {
        /** All is done. */
        DONE,
        /** It is being run, or the cutover ended in it. */
        CURRENT,
        /** Its turn has not come. */
        AHEAD,
        /** The cutover went another way. */
        NOT_TAKEN;

        /** The name pages and the API use. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
