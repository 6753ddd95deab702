package dev.ferryman.runbook;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One try at a step.
 *
 * @param number        from 1
 * @param startedBy     username of who started it, {@code @ferryman} when it started by itself
 * @param startedByName that one's display name
 * @param notBefore     a retry by itself is not run before this instant; null for at once
 * @param endedAt       null while it is under way
 * @param endedBy       who ended it, {@code @ferryman} when it ended by itself; null while it is under way
 * @param endedByName   that one's display name
 * @param verdict       null while it is under way
 * @param what          summary, or what went wrong; empty while it is under way
 * @param next          what to do next, empty when there is nothing to do
 * @param facts         what it passes on to later steps
 * @param evidence      what a person wrote when completing it
 */
public record Attempt(int number, String startedBy, String startedByName, Instant startedAt,
        @Nullable Instant notBefore, @Nullable Instant endedAt, @Nullable String endedBy, @Nullable String endedByName,
        @Nullable Verdict verdict, String what, String next, Map<String, Object> facts, @Nullable String evidence) {
    /** Copies the facts. */
    public Attempt {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /** Key among the facts of a step that a rehearsal only told about. */
    public static final String NOT_DONE = "notDone";

    /** Whether it did what the step is for; false where a rehearsal only told what would have been done. */
    public boolean carriedOut() {
        return !facts.containsKey(NOT_DONE);
    }

    /** Whether it is under way or waits for its retry delay. */
    public boolean running() {
        return verdict == null;
    }

    /** How long it took, or has taken until now; the retry delay does not count. */
    public Duration took(Instant now) {
        Instant from = notBefore == null ? startedAt : notBefore;
        Instant to = endedAt == null ? now : endedAt;
        return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
    }

    Attempt ended(RecordedEvent by, Verdict as, String whatHappened, String whatNext) {
        return new Attempt(number, startedBy, startedByName, startedAt, notBefore, by.at(), by.actor(), by.actorName(),
                as, whatHappened, whatNext, facts, evidence);
    }

    Attempt passed(RecordedEvent by, CutoverEvent.StepPassed event) {
        return new Attempt(number, startedBy, startedByName, startedAt, notBefore, by.at(), by.actor(), by.actorName(),
                Verdict.PASSED, event.summary(), "", event.facts(), event.evidence());
    }
}
