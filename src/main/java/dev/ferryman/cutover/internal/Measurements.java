package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.ArchivedCutoverException;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Rehearsal;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepKind;
import dev.ferryman.runbook.StepStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * What rehearsals have measured for the real thing: of the steps up to the end, the latest that was completed; of the way
 * back, the latest that went it, one step at a time, since not every way back takes every step.
 */
@Component
class Measurements {
    /** How many that were rolled back are looked at: two ways back, before and after the switch, a few times each. */
    private static final int WAYS_BACK = 5;

    private final Runbook runbook;
    /** An ended rehearsal never changes. */
    private final Map<String, Map<String, Measured>> ended = new ConcurrentHashMap<>();

    Measurements(Runbook runbook) {
        this.runbook = runbook;
    }

    /** A step's time, and the rehearsal it was measured in. */
    record Measured(Phase phase, Duration took, Rehearsal in) {}

    /**
     * The times of a cutover's steps.
     *
     * @param steps by the step's key; those that no rehearsal has carried out are missing
     */
    record Times(Map<String, Measured> steps) {
        static final Times NONE = new Times(Map.of());

        Optional<Measured> of(String step) {
            return Optional.ofNullable(steps.get(step));
        }

        /** The latest rehearsal that has measured one of these steps. */
        Optional<Rehearsal> latest(Stream<String> keys) {
            return keys.flatMap(key -> of(key).stream()).map(Measured::in).max(Comparator.comparing(Rehearsal::ended));
        }
    }

    /** For a cutover: of rehearsals that had ended when it ended itself. A rehearsal goes by its template. */
    Times of(Cutover cutover) {
        if (cutover.rehearsal()) {
            return Times.NONE;
        }
        return of(runbook.rehearsals(cutover.template().key(), cutover.source()).stream()
                .filter(each -> !cutover.status().terminal() || each.ended().isBefore(cutover.updatedAt())).toList());
    }

    /** For a cutover that is not created yet. */
    Times of(String template, String source) {
        return of(runbook.rehearsals(template, source));
    }

    private Times of(List<Rehearsal> latestFirst) {
        Map<String, Measured> steps = new HashMap<>();
        latestFirst.stream().filter(each -> each.status() == Status.COMPLETED).limit(1)
                .forEach(each -> add(steps, each, false));
        latestFirst.stream().filter(each -> each.status() == Status.ROLLED_BACK).limit(WAYS_BACK)
                .forEach(each -> add(steps, each, true));
        return new Times(steps);
    }

    private void add(Map<String, Measured> steps, Rehearsal rehearsal, boolean back) {
        ended.computeIfAbsent(rehearsal.cutoverId(), _ -> measure(rehearsal)).forEach((key, measured) -> {
            if ((measured.phase() == Phase.ROLLBACK) == back) {
                steps.putIfAbsent(key, measured);
            }
        });
    }

    private Map<String, Measured> measure(Rehearsal rehearsal) {
        Map<String, Measured> measured = new HashMap<>();
        for (Step step : steps(rehearsal.cutoverId())) {
            Optional<Attempt> last = step.lastAttempt();
            if (step.status() == StepStatus.PASSED && step.definition().kind() != StepKind.MANUAL
                    && last.isPresent() && last.get().carriedOut()) {
                measured.put(step.key(), new Measured(step.phase(), last.get().took(rehearsal.ended()), rehearsal));
            }
        }
        return Map.copyOf(measured);
    }

    /** One that was archived measures nothing any more. */
    private List<Step> steps(String rehearsal) {
        try {
            return runbook.get(rehearsal).steps();
        } catch (ArchivedCutoverException _) {
            return List.of();
        }
    }
}
