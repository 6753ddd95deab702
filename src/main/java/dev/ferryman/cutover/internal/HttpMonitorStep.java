package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Runbook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * {@code monitor.http}: watches one address for a while ({@code for}; not given: until the first good answer). Its
 * arguments are those of a probe of kind {@code http}, and {@code control-url}.
 */
@Component
class HttpMonitorStep extends MonitorStep {
    /** The step's type. */
    static final String TYPE = "monitor.http";

    HttpMonitorStep(Watching watching, Probes probes, ObjectProvider<Runbook> runbook) {
        super(TYPE, watching, probes, runbook);
    }

    @Override
    List<ProbeSpec> specs(Arguments arguments) {
        return List.of(ProbeArguments.only(arguments));
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        ProbeSpec spec = ProbeArguments.only(new Arguments(with));
        Duration soak = spec.rule().soak();
        return Optional.of(soak.isZero()
                ? "It would ask " + spec.watched() + " until it answers as it should."
                : "It would watch " + spec.watched() + " until it went well for " + Watching.spoken(soak) + ".");
    }
}
