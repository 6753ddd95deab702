package dev.ferryman.runbook;

import dev.ferryman.access.Role;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One step as the template gives it. The format and its defaults are described in {@code src/docs/templates.md}.
 *
 * @param key             unique in the template; part of the idempotency key
 * @param title           what is done, in a few words
 * @param kind            who or what does it
 * @param role            owner: the role that starts, completes and retries it
 * @param standIns        roles that may do the same when nobody of its role is there, as the template says
 * @param uses            type of the {@link StepAction}; null for manual steps
 * @param with            the action's arguments, placeholders such as {@code ${parameters.x}} not yet replaced
 * @param automatic       starts by itself when its turn comes
 * @param estimate        planned duration
 * @param timeout         time one attempt may take; null for no limit
 * @param retry           how often and after which delay a failed attempt is repeated by itself
 * @param evidence        what must be written when a person completes it
 * @param onFailure       what a failure means
 * @param acceptBy        role that may accept going on without it; null unless {@code onFailure} is accept
 * @param when            rollback steps only: on which side of the switch it is run
 * @param pointOfNoReturn whether this step is the switch
 * @param help            what to look at when it goes wrong, empty if none
 * @param countdown       for {@code onFailure} rollback: how long people have to hold it; null for not at all
 * @param figure          what number is typed in when a person completes it; null for none
 * @param timing          when it is to be done
 */
public record StepDefinition(String key, String title, StepKind kind, String role, List<String> standIns,
        @Nullable String uses, Map<String, Object> with, boolean automatic, @Nullable Duration estimate,
        @Nullable Duration timeout,
        Retry retry, Evidence evidence, OnFailure onFailure, @Nullable String acceptBy, When when,
        boolean pointOfNoReturn, String help, @Nullable Duration countdown,
        @Nullable Figure figure, StepTiming timing) {

    /** Checks what holds for every step, wherever it comes from. */
    public StepDefinition {
        if ((kind == StepKind.MANUAL) != (uses == null)) {
            throw new IllegalArgumentException("Step " + key + ": manual steps use no action, all others use one");
        }
        if ((onFailure == OnFailure.ACCEPT) != (acceptBy != null)) {
            throw new IllegalArgumentException("Step " + key + ": accept-by goes with on-failure: accept");
        }
        // Logs of earlier versions have no stand-ins and no timing.
        standIns = standIns == null ? List.of() : List.copyOf(standIns);
        timing = timing == null ? StepTiming.ANY : timing;
        with = Collections.unmodifiableMap(new LinkedHashMap<>(with));
    }

    /** Every role that may start, complete and retry it, the owner first. */
    public List<String> doers() {
        return Stream.concat(Stream.of(role), standIns.stream()).toList();
    }

    /** The same for people: {@code DBA}, or {@code DBA or Operator}. */
    public String whoDoesIt() {
        List<String> doers = doers().stream().map(Role::labelOf).toList();
        return doers.size() == 1
                ? doers.getFirst()
                : String.join(", ", doers.subList(0, doers.size() - 1)) + " or " + doers.getLast();
    }

    /** How often an attempt is repeated by itself. Only idempotent actions are. */
    public record Retry(int attempts, Duration delay) {
        /** One attempt, no repetition. */
        public static final Retry NONE = new Retry(1, Duration.ZERO);

        /** Checks the bounds. */
        public Retry {
            if (attempts < 1 || delay.isNegative()) {
                throw new IllegalArgumentException("A retry rule needs at least one attempt and no negative delay");
            }
        }
    }

    /** What must be written when a person completes the step. */
    public enum Evidence {
        /** Nothing is asked for. */
        NONE,
        /** A field is offered. */
        OPTIONAL,
        /** The step cannot be completed without. */
        REQUIRED
    }

    /** What a failure means for the cutover. */
    public enum OnFailure {
        /** Nothing goes on until it is passed. */
        STOP,
        /** May be skipped when a person with the named role accepts it. */
        ACCEPT,
        /** A failed verdict rolls the cutover back by itself. */
        ROLLBACK
    }

    /** On which side of the switch a rollback step is run. */
    public enum When {
        /** Only when the switch was never started. */
        BEFORE_SWITCH,
        /** Only when the switch was started. */
        AFTER_SWITCH,
        /** On both sides. */
        ALWAYS;

        /** Whether the step is part of a rollback from this side. */
        public boolean fits(SwitchSide side) {
            return switch (this) {
                case ALWAYS -> true;
                case BEFORE_SWITCH -> side == SwitchSide.BEFORE;
                case AFTER_SWITCH -> side != SwitchSide.BEFORE;
            };
        }
    }
}
