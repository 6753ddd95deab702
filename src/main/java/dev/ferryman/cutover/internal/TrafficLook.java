package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.GuardrailView;
import dev.ferryman.cutover.TrafficView;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.traffic.Position;
import dev.ferryman.traffic.Side;
import dev.ferryman.traffic.TrafficException;
import dev.ferryman.traffic.TrafficSwitches;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What routers were last seen to do. A page that asks is answered at once with what is known, and with news where the router
 * answers within a moment: a slow one never holds a page up.
 */
@Component
class TrafficLook {
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final Duration PAGE_WAITS = Duration.ofMillis(200);

    private final TrafficSwitches switches;
    private final Clock clock;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final Set<String> looking = ConcurrentHashMap.newKeySet();

    TrafficLook(TrafficSwitches switches, Clock clock) {
        this.switches = switches;
        this.clock = clock;
    }

    /**
     * What a router was seen to do.
     *
     * @param position empty where it could not be asked
     * @param sentence the same in words
     */
    private record Seen(Optional<Position> position, String sentence, Instant at) {}

    /** Of a cutover that has a router. What a rehearsal only tells of is not looked at. */
    Optional<TrafficView> of(Cutover cutover) {
        return cutover.rehearsal() ? Optional.empty() : TrafficWanted.of(cutover).map(wanted -> view(wanted, cutover));
    }

    private TrafficView view(TrafficWanted wanted, Cutover cutover) {
        Seen now = cutover.status().terminal() ? null : latest(wanted.router());
        Side writes = wanted.position().is(Side.TARGET) ? Side.TARGET : Side.SOURCE;
        return new TrafficView(wanted.router(), wanted.reads(), writes.database(),
                now == null
                        ? null
                        : now.position().map(it -> it.readShare().isPresent() ? it.readShare().getAsInt() : null)
                                .orElse(null),
                now == null ? null : now.sentence(), now == null ? null : now.at(),
                now == null || moving(cutover) || now.position().filter(wanted.position()::equals).isPresent(),
                wanted.takenBack());
    }

    /** While a step moves requests the router does what no finished step has wanted yet. */
    private static boolean moving(Cutover cutover) {
        return cutover.steps().stream()
                .anyMatch(step -> step.status() == StepStatus.RUNNING && TrafficWanted.routes(step));
    }

    /** That a router can be asked and says what it does, as it was last seen; empty where the cutover has none. */
    Optional<GuardrailView> guardrail(Cutover cutover) {
        return of(cutover).filter(view -> view.observed() != null).map(view -> new GuardrailView("router",
                view.observedReads() != null, "The router " + view.router() + ": " + view.observed()));
    }

    private @Nullable Seen latest(String router) {
        Seen known = seen.get(router);
        if (known != null && clock.instant().isBefore(known.at().plus(FRESH)) || !looking.add(router)) {
            return known;
        }
        var looked = new CountDownLatch(1);
        Thread.ofVirtual().name("router " + router).start(() -> {
            try {
                seen.put(router, look(router));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                looking.remove(router);
                looked.countDown();
            }
        });
        try {
            looked.await(PAGE_WAITS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return seen.get(router);
    }

    private Seen look(String router) throws InterruptedException {
        try {
            Position position = switches.router(router).current();
            return new Seen(Optional.of(position), position.sentence(), clock.instant());
        } catch (TrafficException | BadInputException e) {
            return new Seen(Optional.empty(), String.valueOf(e.getMessage()), clock.instant());
        }
    }
}
