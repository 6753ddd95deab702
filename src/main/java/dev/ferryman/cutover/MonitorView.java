package dev.ferryman.cutover;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A watch of a cutover: one address, or several probes together.
 *
 * @param step key of its step
 * @param title what the step is called
 * @param attempt the attempt that is shown, its latest
 * @param state where it stands
 * @param breachSince when the earliest breach that is counted began, null where there is none
 * @param observed time covered by samples that tell something: of the probe that has the least of it
 * @param wanted time it has to go well
 * @param probes its probes, in the order of the template
 * @param sentence what it all amounts to
 */
public record MonitorView(String step, String title, int attempt, State state, @Nullable Instant breachSince,
        Duration observed, Duration wanted, List<ProbeView> probes, String sentence) {
    public MonitorView {
        probes = List.copyOf(probes);
    }

    /** Where a watch, or one probe of it, stands. */
    public enum State {
        RUNNING, PASSED, BREACH, INCONCLUSIVE, FAILED, CANCELLED;

        /** The name pages and the API use. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
