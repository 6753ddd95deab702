package dev.ferryman.cutover.internal;

import dev.ferryman.copy.Quarantine;
import dev.ferryman.cutover.QuarantineView;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * {@code engine.quarantine}: passes where nothing is in quarantine. Otherwise a person has to accept what is there; the
 * acceptance names its digest.
 */
@Component
class QuarantineStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "engine.quarantine";

    QuarantineStep(Material material) {
        super(TYPE, material);
    }

    @Override
    StepResult work(StepContext context) {
        Quarantine.Summary found = new Quarantine(material().target(context), context.cutoverId()).summary();
        if (found.rows() == 0) {
            return new StepResult.Passed("Nothing is in quarantine.", Map.of("rows", 0));
        }
        found.held().forEach(held -> context.output(sentence(held)));
        return new StepResult.Failed(
                Counted.of(found.rows(), "row is", "rows are") + " in quarantine and not in "
                        + (found.rows() == 1 ? "its table" : "their tables") + ": "
                        + found.held().stream().map(QuarantineStep::sentence).collect(Collectors.joining("; "))
                        + ". Digest " + QuarantineView.shorten(found.digest()) + ".",
                "Look at every one of them on the cutover's page ‘In quarantine’. Accept going on without them, or roll"
                        + " back, correct them in the source and begin anew: the application is still on SQLite.");
    }

    private static String sentence(Quarantine.Held held) {
        return held.table() + (held.columns().isEmpty() ? "" : "." + String.join(", ", held.columns())) + ", "
                + Counted.of(held.rows(), "row") + ": " + held.reason();
    }
}
