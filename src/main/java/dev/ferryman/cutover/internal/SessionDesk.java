package dev.ferryman.cutover.internal;

import dev.ferryman.activity.Activity;
import dev.ferryman.activity.Activity.Place;
import dev.ferryman.activity.Backend;
import dev.ferryman.activity.BackendSignals;
import dev.ferryman.activity.SignalRefusedException;
import dev.ferryman.cutover.Permission;
import dev.ferryman.cutover.SessionOrder;
import dev.ferryman.cutover.SessionsView;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.SessionAnswered;
import dev.ferryman.runbook.CutoverEvent.SessionSignalled;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.Runbook;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Looks at the sessions of a target while somebody wants to see them, and cancels or ends one on a person's word. However many
 * look, the server is asked once in a while.
 */
@Component
class SessionDesk {
    /** Within this time everybody sees the same look. */
    private static final Duration FRESH = Duration.ofSeconds(2);
    /** A server that does not answer is not asked again at once. */
    private static final Duration FRESH_TROUBLE = Duration.ofSeconds(10);
    /** What nobody looks at any more is not kept: it holds texts of statements. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final String NOT_DONE = "Nothing was done.";

    private final Runbook runbook;
    private final Connections connections;
    private final Map<String, Shared> looks = new ConcurrentHashMap<>();

    SessionDesk(Runbook runbook, Connections connections) {
        this.runbook = runbook;
        this.connections = connections;
    }

    /**
     * A look at one target.
     *
     * @param nanos when it ended, by {@link System#nanoTime()}
     */
    private record Look(long number, long nanos, @Nullable Activity activity, String trouble, String next) {
        static final Look NONE = new Look(0, 0, null, "", "");

        boolean within(Duration time) {
            return number != 0 && System.nanoTime() - nanos < time.toNanos();
        }

        boolean fresh() {
            return within(activity == null ? FRESH_TROUBLE : FRESH);
        }

        /** Whether a page of it would look like that of another: while somebody waits it does not, since time passes. */
        boolean looksLike(Look other) {
            return other.number != 0 && trouble.equals(other.trouble)
                    && (activity == null || calm(activity) && other.activity != null && calm(other.activity)
                            && activity.hidden() == other.activity.hidden());
        }

        private static boolean calm(Activity found) {
            return found.waiting() == 0 && found.queue().isEmpty() && found.open().isEmpty();
        }
    }

    /** What those who look at one target have in common; whoever comes first looks, the others wait for it. */
    private static final class Shared {
        private volatile Look latest = Look.NONE;
    }

    /** The sessions as this user may see them. */
    SessionsView view(Actor actor, String cutoverId) {
        Cutover cutover = runbook.get(cutoverId);
        Permission end = runbook.moves(cutover, actor).endSessions()
                ? Permission.GRANTED
                : Permission.denied("To see what sessions run, and to cancel or end one, one of these roles is needed:"
                        + " DBA, Operator, DevOps lead.");
        Look look = look(cutover);
        Activity activity = look.activity();
        return new SessionsView(look.number(), activity == null || end.allowed() ? activity : activity.withoutText(),
                look.trouble(), look.next(), end);
    }

    /** A number that grows when a page of them would look different; asks the target where nobody has lately. */
    long number(String cutoverId) {
        return look(runbook.get(cutoverId)).number();
    }

    /** What came of it, one sentence. Written down before and after. */
    String end(Actor actor, String cutoverId, SessionOrder order) {
        Cutover cutover = runbook.get(cutoverId);
        String tried = order.signal().tried(order.session().pid());
        runbook.permitSession(actor, cutover, tried);
        PostgresTarget target = connections.target(cutover.id());
        try {
            Place meant = BackendSignals.meant(BoundedLook.ask(() -> Activity.ofAll(target, LIMIT)), order.signal(),
                    order.session());
            runbook.signalSession(actor, cutover.id(), tried, new SessionSignalled(order.session().pid(),
                    order.signal().key(), described(meant.backend()), behind(cutover.id(), meant),
                    order.reason().strip()));
            return send(cutover, target, tried, order);
        } catch (SignalRefusedException e) {
            throw new IllegalMoveException(tried, e.why(), e.next());
        } catch (TimeoutException | ExecutionException e) {
            throw unreachable(target, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BadInputException(tried + ": it was interrupted.", NOT_DONE, e);
        } finally {
            looks.remove(cutover.id());
        }
    }

    /** Who waits for it, or did when somebody last looked: whoever waits for locks only briefly may be pausing now. */
    private List<Integer> behind(String cutoverId, Place meant) {
        Shared shared = looks.get(cutoverId);
        Activity seen = shared == null ? null : shared.latest.activity();
        return !meant.behind().isEmpty() || seen == null
                ? meant.behind()
                : seen.find(meant.backend().pid()).map(Place::behind).orElse(List.of());
    }

    private String send(Cutover cutover, PostgresTarget target, String tried, SessionOrder order)
            throws SignalRefusedException, InterruptedException {
        int pid = order.session().pid();
        try {
            String outcome = BackendSignals.send(target, order.signal(), order.session());
            runbook.sessionAnswered(cutover.id(), new SessionAnswered(pid, outcome));
            return outcome;
        } catch (SignalRefusedException e) {
            runbook.sessionAnswered(cutover.id(), new SessionAnswered(pid, "Nothing was done: " + e.why()));
            throw e;
        } catch (SQLException e) {
            BadInputException refusal = target.refusal(e);
            runbook.sessionAnswered(cutover.id(),
                    new SessionAnswered(pid, "It is not known to have been done: " + refusal.getMessage()));
            throw new BadInputException(tried + " failed: " + refusal.getMessage(), refusal.next(), e);
        }
    }

    /** Who it is and what it was at, without the text of its statement, which may hold what belongs into no log. */
    private static String described(Backend backend) {
        Instant since = backend.identity().transaction();
        return backend.name() + (backend.state().isEmpty() ? "" : ", " + backend.state())
                + (since == null ? "" : ", in a transaction since " + since);
    }

    private Look look(Cutover cutover) {
        if (cutover.status().terminal()) {
            looks.remove(cutover.id());
            return new Look(1, System.nanoTime(), null, "The cutover has ended.",
                    "Sessions of its target are shown while it is under way.");
        }
        looks.values().removeIf(other -> other.latest.number() != 0 && !other.latest.within(FORGOTTEN));
        Shared shared = looks.computeIfAbsent(cutover.id(), _ -> new Shared());
        synchronized (shared) {
            if (!shared.latest.fresh()) {
                Look now = ask(cutover.id(), shared.latest.number());
                shared.latest = now.looksLike(shared.latest)
                        ? new Look(shared.latest.number(), now.nanos(), now.activity(), now.trouble(), now.next())
                        : now;
            }
            return shared.latest;
        }
    }

    private Look ask(String cutoverId, long before) {
        try {
            PostgresTarget target = connections.target(cutoverId);
            try {
                Activity found = BoundedLook.ask(() -> Activity.of(target, LIMIT));
                return new Look(before + 1, System.nanoTime(), found, "", "");
            } catch (TimeoutException | ExecutionException e) {
                throw unreachable(target, e);
            }
        } catch (BadInputException e) {
            return new Look(before + 1, System.nanoTime(), null, String.valueOf(e.getMessage()), e.next());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Look(before + 1, System.nanoTime(), null, "It was interrupted.", "Load the page again.");
        }
    }

    private static BadInputException unreachable(PostgresTarget target, Exception e) {
        return switch (e.getCause()) {
            case BadInputException bad -> bad;
            case SQLException refused -> target.refusal(refused);
            case null, default -> new BadInputException("The target " + target.display()
                    + " did not answer within " + BoundedLook.LIMIT.toSeconds() + " s.",
                    "Look whether the server is up and reachable from here.", e);
        };
    }
}
