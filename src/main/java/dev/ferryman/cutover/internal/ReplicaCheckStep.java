package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Standby;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** {@code replica.check}: the standby is one of the target's, and how far it is behind. Changes nothing. */
@Component
class ReplicaCheckStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "replica.check";
    /** The fact that a later promotion compares. */
    static final String SYSTEM = "systemIdentifier";

    private final Replicas replicas;

    ReplicaCheckStep(Material material, Replicas replicas) {
        super(TYPE, material);
        this.replicas = replicas;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, Replicas::check);
    }

    /** The standby is production's. */
    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        return Optional.of("It would look at the standby " + new Arguments(with).text("standby").orElse("") + ".");
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    StepResult work(StepContext context) {
        if (new Arguments(context.with()).text("standby").isEmpty()) {
            return new StepResult.Passed("No standby is named: if the primary is lost, none can be promoted.");
        }
        Standby.Sight sight = replicas.standby(context).look();
        if (!sight.standby().recovering()) {
            throw new BadInputException("The server " + replicas.display(context) + " is no standby: it takes writes.",
                    "Name the standby's own address.");
        }
        if (sight.primary().isEmpty()) {
            throw new BadInputException("The target cannot be asked, so nothing proves that this is its standby.",
                    "Look after the target, then retry.");
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put(SYSTEM, sight.standby().systemIdentifier());
        facts.put("behindBytes", sight.behindBytes());
        return new StepResult.Passed("It is a standby of the target, " + (sight.receiving() ? "" : "not ")
                + "streaming. " + Replicas.behind(sight), facts);
    }
}
