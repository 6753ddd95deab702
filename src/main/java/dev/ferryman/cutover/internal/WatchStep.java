package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Runbook;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * {@code monitor.watch}: several probes judged together over one time. Arguments: {@code for}, {@code probes}, for
 * probes that have none of their own {@code every}, {@code breach-for} and {@code silence-for}, and {@code control-url}.
 */
@Component
class WatchStep extends MonitorStep {
    /** The step's type. */
    static final String TYPE = "monitor.watch";

    WatchStep(Watching watching, Probes probes, ObjectProvider<Runbook> runbook) {
        super(TYPE, watching, probes, runbook);
    }

    @Override
    List<ProbeSpec> specs(Arguments arguments) {
        return ProbeArguments.all(arguments);
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        List<ProbeSpec> specs = ProbeArguments.all(new Arguments(with));
        return Optional.of("It would watch until it went well for " + Watching.spoken(Watching.longest(specs)) + ": "
                + specs.stream().map(ProbeSpec::title).collect(Collectors.joining(", ")) + ".");
    }
}
