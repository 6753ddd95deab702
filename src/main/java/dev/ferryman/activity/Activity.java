package dev.ferryman.activity;

import dev.ferryman.activity.internal.ActivityQuery;
import dev.ferryman.activity.internal.WaitOrder;
import dev.ferryman.endpoint.PostgresTarget;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who waits for whom on a server, as of one moment.
 *
 * @param at by the server's clock
 * @param role the role that has looked
 * @param hidden whether the role may not see what sessions of others do
 * @param waiting how many sessions wait for a lock; more than are listed where there are very many
 * @param queue who is in the way and who waits behind, each root of a queue followed by those it keeps waiting
 * @param open further transactions of the database that have been open for a while, the oldest first; they keep nobody waiting
 *        now, and will keep whoever wants a strong lock on what they have touched
 */
public record Activity(Instant at, String role, boolean hidden, int waiting, List<Place> queue,
        List<Place> open) {
    /** From when on a transaction that keeps nobody waiting is listed. */
    public static final Duration OPEN_FOR = Duration.ofSeconds(5);

    /** Copies the lists. */
    public Activity {
        queue = List.copyOf(queue);
        open = List.copyOf(open);
    }

    /**
     * Where a session stands.
     *
     * @param depth 0 for one that waits for nobody, 1 for one that waits for it, and so on
     * @param behind processes that wait for it, directly or behind others
     */
    public record Place(int depth, Backend backend, List<Integer> behind) {
        /** Copies the list. */
        public Place {
            behind = List.copyOf(behind);
        }

        private Place withoutText() {
            return new Place(depth, backend.withoutText(), behind);
        }
    }

    /**
     * Looks at a server, by one statement with a limit.
     *
     * @param limit how long connecting and the statement may take
     * @throws SQLException where it cannot be looked at
     */
    public static Activity of(PostgresTarget target, Duration limit) throws SQLException {
        return of(target, limit, OPEN_FOR);
    }

    /**
     * The same with every open transaction, however new: who waits for locks only briefly, as Ferryman does, is not in the
     * queue at each moment, and then nobody stands behind the one that is meant.
     */
    public static Activity ofAll(PostgresTarget target, Duration limit) throws SQLException {
        return of(target, limit, Duration.ZERO);
    }

    private static Activity of(PostgresTarget target, Duration limit, Duration openFor) throws SQLException {
        try (var connection = target.connectToLook(limit)) {
            ActivityQuery.Found found = ActivityQuery.run(connection, openFor);
            List<Place> queue = WaitOrder.of(found.backends());
            List<Integer> placed = queue.stream().map(place -> place.backend().pid()).toList();
            return new Activity(found.at(), found.role(), found.hidden(), found.waiting(), queue,
                    found.backends().stream().filter(backend -> backend.identity().transaction() != null)
                            .filter(backend -> !placed.contains(backend.pid()))
                            .map(backend -> new Place(0, backend, List.of())).toList());
        }
    }

    /** The session with this number; 0 finds none. */
    public Optional<Place> find(int pid) {
        return Stream.concat(queue.stream(), open.stream())
                .filter(place -> pid != 0 && place.backend().pid() == pid).findFirst();
    }

    /** The longest wait, zero where nobody waits. */
    public Duration longest() {
        return queue.stream().map(place -> place.backend().waited(at)).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** The same without what the sessions run, for whoever may not see it. */
    public Activity withoutText() {
        return new Activity(at, role, hidden, waiting, queue.stream().map(Place::withoutText).toList(),
                open.stream().map(Place::withoutText).toList());
    }
}
