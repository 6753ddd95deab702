package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.ProbeView;
import dev.ferryman.cutover.SampleRow;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What the charts of a watching step draw: the figures of its probes over time, with their bounds. */
@RestController
final class SampleCurves {
    private final CutoverService cutovers;

    SampleCurves(CutoverService cutovers) {
        this.cutovers = cutovers;
    }

    /** A figure at an instant; none where the sample had none. */
    record Point(Instant at, @Nullable Double value, boolean breach) {}

    /** One probe. */
    record Curve(String probe, String title, String unit, @Nullable Double least, @Nullable Double most,
            List<Point> points) {}

    @GetMapping("/cutovers/{id}/steps/{key}/samples.json")
    List<Curve> curves(CurrentUser user, @PathVariable String id, @PathVariable String key) {
        return cutovers.view(Actors.of(user), id).monitors().stream().filter(monitor -> monitor.step().equals(key))
                .flatMap(monitor -> monitor.probes().stream()).map(probe -> curve(id, key, probe)).toList();
    }

    private Curve curve(String id, String key, ProbeView probe) {
        return new Curve(probe.name(), probe.title(), probe.unit(), probe.least(), probe.most(),
                cutovers.curve(id, key, probe.name()).stream().map(SampleCurves::point).toList());
    }

    private static Point point(SampleRow row) {
        return new Point(row.at(), row.value(), row.kind().equals("breach"));
    }
}
