package dev.ferryman.runbook;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A step of a cutover as it stands.
 *
 * @param definition what the template says
 * @param phase      where it belongs
 * @param status     derived from attempts, acceptance and place
 * @param attempts   oldest first
 * @param acceptance at most one: who accepted going on without it
 * @param notes      oldest first
 */
public record Step(StepDefinition definition, Phase phase, StepStatus status, List<Attempt> attempts,
        Optional<Acceptance> acceptance, List<Note> notes) {
    /** Copies the lists. */
    public Step {
        attempts = List.copyOf(attempts);
        notes = List.copyOf(notes);
    }

    /** The step's key. */
    public String key() {
        return definition.key();
    }

    /** The step's title. */
    public String title() {
        return definition.title();
    }

    /** The latest attempt; empty when there was none. */
    public Optional<Attempt> lastAttempt() {
        return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast());
    }

    /** Number of the latest attempt, 0 when there was none. */
    public int attempt() {
        return attempts.isEmpty() ? 0 : attempts.getLast().number();
    }

    /** Who accepted going on without the step. */
    public record Acceptance(String role, String reason, String username, String name, Instant at) {}

    /** A remark on the step. */
    public record Note(String text, String username, String name, Instant at) {}
}
