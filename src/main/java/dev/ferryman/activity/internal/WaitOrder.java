package dev.ferryman.activity.internal;

import dev.ferryman.activity.Activity.Place;
import dev.ferryman.activity.Backend;
import dev.ferryman.activity.LockWait;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts those who wait behind those they wait for. Who waits for several stands behind the last of them in the queue; who waits
 * in a circle (a deadlock that the server has not found yet) stands behind the one of them with the smallest number.
 */
public final class WaitOrder {
    private final Map<Integer, Backend> all;
    private final Map<Integer, List<Backend>> behind = new HashMap<>();
    private final List<Place> order = new ArrayList<>();
    private final Set<Integer> placed = new HashSet<>();

    private WaitOrder(List<Backend> backends) {
        all = backends.stream().collect(Collectors.toMap(Backend::pid, each -> each, (first, _) -> first,
                LinkedHashMap::new));
    }

    /** Those who wait or keep others waiting; whoever keeps most waiting comes first. */
    public static List<Place> of(List<Backend> backends) {
        return new WaitOrder(backends).order();
    }

    private List<Place> order() {
        List<Backend> roots = new ArrayList<>();
        Set<Integer> blockers = new HashSet<>();
        for (Backend backend : all.values()) {
            LockWait wait = backend.awaits();
            List<Backend> inTheWay = wait == null
                    ? List.of()
                    : wait.blockers().stream().map(all::get).filter(Objects::nonNull).toList();
            inTheWay.forEach(each -> blockers.add(each.pid()));
            last(inTheWay).ifPresentOrElse(
                    ahead -> behind.computeIfAbsent(ahead.pid(), _ -> new ArrayList<>()).add(backend),
                    () -> roots.add(backend));
        }
        roots.removeIf(backend -> backend.awaits() == null && !blockers.contains(backend.pid()));
        roots.stream().sorted(Comparator.comparingInt((Backend root) -> behind(root.pid()).size()).reversed())
                .forEach(root -> place(root, 0));
        all.values().stream().filter(backend -> backend.awaits() != null).sorted(Comparator.comparingInt(Backend::pid))
                .forEach(backend -> place(backend, 0));
        return order;
    }

    /** Of those that wait themselves whoever came last, else the first. */
    private static Optional<Backend> last(List<Backend> inTheWay) {
        return inTheWay.stream().filter(each -> each.awaits() != null)
                .max(Comparator.comparing(each -> Objects.requireNonNullElse(
                        Objects.requireNonNull(each.awaits()).since(), Instant.EPOCH)))
                .or(() -> inTheWay.stream().findFirst());
    }

    private void place(Backend backend, int depth) {
        if (!placed.add(backend.pid())) {
            return;
        }
        order.add(new Place(depth, backend, List.copyOf(behind(backend.pid()))));
        behind.getOrDefault(backend.pid(), List.of()).forEach(each -> place(each, depth + 1));
    }

    private List<Integer> behind(int pid) {
        List<Integer> found = new ArrayList<>();
        collect(pid, pid, found);
        return found;
    }

    private void collect(int pid, int start, List<Integer> found) {
        for (Backend each : behind.getOrDefault(pid, List.of())) {
            if (each.pid() != start && !found.contains(each.pid())) {
                found.add(each.pid());
                collect(each.pid(), start, found);
            }
        }
    }
}
