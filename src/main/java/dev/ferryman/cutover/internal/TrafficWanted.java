package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.traffic.Position;
import dev.ferryman.traffic.Side;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a cutover's router should send requests, as its last step that moved any has left it.
 *
 * @param router name of the router in the server's configuration
 * @param position where requests should go
 * @param step the step that sent a share of reads to PostgreSQL, null where none does
 * @param takenBack why reads were taken back since, null where they were not
 */
record TrafficWanted(String router, Position position, @Nullable Step step, @Nullable String takenBack) {
    private static final Set<String> TO_TARGET = Set.of(FreezeStep.TYPE, "traffic.switch");
    private static final Set<String> TO_SOURCE = Set.of(SwitchBackStep.TYPE, GiveBackStep.TYPE, "traffic.undo");
    /** How a note on the step begins that says that reads were taken back. */
    static final String TAKEN_BACK = "All reads were taken back to SQLite: ";

    /** Of a cutover; empty where none of its steps has a router. */
    static Optional<TrafficWanted> of(Cutover cutover) {
        return cutover.steps().stream().filter(TrafficWanted::routes).findFirst()
                .map(first -> new Arguments(Arguments.resolved(first.definition().with(), cutover.parameters())))
                .flatMap(arguments -> arguments.text("router")).map(router -> last(cutover, router));
    }

    /** Whether a step moves requests at a router. */
    static boolean routes(Step step) {
        String uses = step.definition().uses();
        return TrafficReadsStep.TYPE.equals(uses) || uses != null
                && (TO_TARGET.contains(uses) || TO_SOURCE.contains(uses))
                && "router".equals(step.definition().with().get("adapter"));
    }

    private static TrafficWanted last(Cutover cutover, String router) {
        return cutover.steps().stream().filter(step -> routes(step) && step.status() == StepStatus.PASSED)
                .filter(step -> step.lastAttempt().filter(Attempt::carriedOut).isPresent())
                .max(Comparator.comparing(TrafficWanted::ended))
                .map(step -> left(router, step))
                .orElseGet(() -> new TrafficWanted(router, new Position.At(Side.SOURCE), null, null));
    }

    private static Instant ended(Step step) {
        return step.lastAttempt().map(Attempt::endedAt).orElse(Instant.MIN);
    }

    private static TrafficWanted left(String router, Step step) {
        String uses = Objects.requireNonNull(step.definition().uses());
        if (!TrafficReadsStep.TYPE.equals(uses)) {
            return new TrafficWanted(router, new Position.At(TO_TARGET.contains(uses) ? Side.TARGET : Side.SOURCE),
                    null,
                    null);
        }
        Optional<String> takenBack = step.notes().stream().filter(note -> note.at().isAfter(ended(step))
                && note.username().equals(Actor.FERRYMAN.username()) && note.text().startsWith(TAKEN_BACK))
                .map(Step.Note::text).findFirst();
        int percent = step.lastAttempt().map(Attempt::facts).map(TrafficWanted::percent).orElse(0);
        return takenBack.isPresent() || percent == 0
                ? new TrafficWanted(router, new Position.At(Side.SOURCE), null, takenBack.orElse(null))
                : new TrafficWanted(router, Position.of(Side.SOURCE, percent), step, null);
    }

    private static int percent(Map<String, Object> facts) {
        return facts.get(TrafficReadsStep.PERCENT) instanceof Number number ? number.intValue() : 0;
    }

    /** Percentage of reads that should go to PostgreSQL. */
    int reads() {
        return position.readShare().orElse(0);
    }
}
