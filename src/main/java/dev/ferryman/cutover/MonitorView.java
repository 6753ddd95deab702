package dev.ferryman.cutover;

import dev.ferryman.monitor.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A monitor of a cutover.
 *
 * @param step key of its step
 * @param url what it watches, without its query
 * @param state where it stands
 * @param breachSince when the breach that is counted began, null where there is none
 * @param observed time covered by samples that tell something
 * @param wanted time it has to go well
 * @param last the latest sample
 * @param recent the latest samples, oldest first, at most 120
 * @param sentence what it all amounts to
 */
public record MonitorView(String step, String url, State state, @Nullable Instant breachSince, Duration observed,
        Duration wanted, Optional<Sample> last, List<Sample> recent, String sentence) {
    public MonitorView {
        recent = List.copyOf(recent);
    }

    /** Where a monitor stands. */
    public enum State {
        RUNNING, PASSED, BREACH, INCONCLUSIVE, FAILED, CANCELLED;

        /** The name pages and the API use. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
