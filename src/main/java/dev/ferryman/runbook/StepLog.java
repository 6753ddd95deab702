package dev.ferryman.runbook;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What running steps wrote: output, progress, and the journal of their effects outside. */
public interface StepLog {
    /**
     * Lines of a step's output in order.
     *
     * @param after only lines with a greater {@link Line#number()}; 0 for all
     * @param limit at most so many
     */
    List<Line> output(String cutoverId, String stepKey, long after, int limit);

    /** The last so many lines of a step's output in order. */
    List<Line> tail(String cutoverId, String stepKey, int limit);

    /** How far each item of the step's latest attempt is, in the order the items first appeared. */
    List<Progress> progress(String cutoverId, String stepKey);

    /** Intents and outcomes of a step's attempts, oldest first. */
    List<Effect> effects(String cutoverId, String stepKey);

    /** A line of output, masked and cut to length. */
    record Line(long number, int attempt, Instant at, String text) {}

    /**
     * How far an item is.
     *
     * @param total   0 when not known
     * @param started when the item first reported
     * @param updated when it last reported
     */
    record Progress(String item, int attempt, long done, long total, long bytes, Instant started, Instant updated) {}

    /**
     * Something a step was about to do outside.
     *
     * @param outcome null while nobody knows what came of it
     */
    record Effect(int attempt, long generation, Instant at, String intent, @Nullable String outcome,
            @Nullable Instant outcomeAt) {}
}
