package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.replication.TargetRemoval;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * {@code capture.remove}: takes everything of replication out of the application's databases ({@code DESIGN.md} § 2.9).
 * With {@code target: keep} the target stays as it is, shut where a way back has shut it: then only the source is cleaned.
 * After it there is no way back that loses nothing.
 */
@Component
class RemoveReplicationStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "capture.remove";

    private final ReplicationStore replications;

    RemoveReplicationStep(Material material, ReplicationStore replications) {
        super(TYPE, material);
        this.replications = replications;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, RemoveReplicationStep::keepsTarget);
    }

    private static boolean keepsTarget(Arguments arguments) {
        String target = arguments.text("target").orElse("clean");
        if (!target.equals("clean") && !target.equals("keep")) {
            throw new BadInputException("target is " + target + ".", "It can be clean or keep.");
        }
        return target.equals("keep");
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        boolean keeps = keepsTarget(new Arguments(context.with()));
        Sides sides = material().sides(context);
        context.intent("Remove what replication has put into the databases");
        sides.capture().remove(sides.lease());
        context.output("SQLite: triggers and change tables are removed.");
        if (!keeps) {
            context.ensureOwner();
            new TargetRemoval(sides.target(), sides.lease()).run();
            context.output("PostgreSQL: triggers, change tables and watermarks are removed.");
        }
        context.outcome("Removed");
        replications.end(context.cutoverId());
        return new StepResult.Passed(keeps
                ? "Nothing of Ferryman is left in SQLite. PostgreSQL stays as it is and refuses writes."
                : "Nothing of replication is left in SQLite or PostgreSQL.");
    }
}
