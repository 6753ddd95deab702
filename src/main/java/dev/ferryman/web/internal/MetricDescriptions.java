package dev.ferryman.web.internal;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Help texts for meters that their libraries leave without one; {@code promtool check metrics} wants them. */
@Component
class MetricDescriptions implements MeterFilter {
    private static final Map<String, String> TEXTS = Map.of("http.server.requests", "Requests answered, by address",
            "http.server.requests.active", "Requests being answered now");

    @Override
    public Meter.Id map(Meter.Id id) {
        var text = TEXTS.get(id.getName());
        return text == null || id.getDescription() != null
                ? id
                : new Meter.Id(id.getName(), Tags.of(id.getTags()), id.getBaseUnit(), text, id.getType());
    }
}
