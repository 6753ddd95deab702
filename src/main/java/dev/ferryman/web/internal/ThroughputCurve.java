package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.TableProgress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the throughput chart draws. Rows carried so far are noted whenever a page asks, so the curve begins with the
 * first page that was open during the copy and survives a reload.
 */
@RestController
final class ThroughputCurve {
    private static final int CUTOVERS = 32;
    private static final int POINTS = 600;
    private static final Duration APART = Duration.ofMillis(900);

    private final CutoverService cutovers;
    private final Clock clock;
    private final Map<String, Deque<Point>> curves = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deque<Point>> eldest) {
            return size() > CUTOVERS;
        }
    };

    ThroughputCurve(CutoverService cutovers, Clock clock) {
        this.cutovers = cutovers;
        this.clock = clock;
    }

    /**
     * Where all tables together stood.
     *
     * @param bytes read from the source
     */
    record Point(Instant at, long rows, long bytes) {}

    /**
     * The curve.
     *
     * @param total rows of all tables, 0 when not known
     */
    record Curve(long total, List<Point> points) {}

    @GetMapping("/cutovers/{id}/throughput.json")
    Curve curve(CurrentUser user, @PathVariable String id) {
        List<TableProgress> tables = cutovers.view(Actors.of(user), id).tables();
        long rows = tables.stream().mapToLong(TableProgress::rows).sum();
        long bytes = tables.stream().mapToLong(TableProgress::bytes).sum();
        long total = tables.stream().mapToLong(TableProgress::total).sum();
        return new Curve(total, note(id, new Point(Instant.now(clock), rows, bytes)));
    }

    private synchronized List<Point> note(String id, Point point) {
        Deque<Point> points = curves.computeIfAbsent(id, ignored -> new ArrayDeque<>());
        Point last = points.peekLast();
        boolean moved = last == null || last.rows() != point.rows();
        if (moved && (last == null || Duration.between(last.at(), point.at()).compareTo(APART) >= 0)) {
            points.addLast(point);
        }
        while (points.size() > POINTS) {
            points.removeFirst();
        }
        return List.copyOf(points);
    }
}
