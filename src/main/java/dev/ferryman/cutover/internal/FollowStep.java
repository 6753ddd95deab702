package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.CatchUp;
import dev.ferryman.replication.CatchUpOptions;
import dev.ferryman.replication.FaultPoint;
import dev.ferryman.replication.FreezeOptions;
import dev.ferryman.replication.Progress;
import dev.ferryman.replication.ReverseCapture;
import dev.ferryman.replication.Standing;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * {@code engine.follow}: prepares the way back, and catches up with what the application wrote since the snapshot until the
 * lag is as small as the switch asks for. From then on {@link Follower} keeps it there.
 */
@Component
class FollowStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "engine.follow";

    FollowStep(Material material) {
        super(TYPE, material);
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, FreezeArguments::read);
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        SqliteSource snapshot = material().requiredSnapshot(context).open();
        Sides sides = material().sides(context);
        FreezeOptions near = FreezeArguments.of(material().cutover(context), FreezeStep.TYPE);
        context.ensureOwner();
        try (CatchUp catchUp = CatchUp.begin(sides.source(), snapshot, sides.target(), sides.plan(), sides.lease(),
                CatchUpOptions.defaults(), context.clock(), FaultPoint.NONE)) {
            new ReverseCapture(sides.source(), sides.target(), sides.plan(), sides.lease()).prepare(snapshot);
            context.output("The target records the keys of its own writes and refuses those of the application until"
                    + " the switch.");
            long changes = 0;
            while (true) {
                Progress progress = catchUp.step();
                changes += progress.changes();
                Standing standing = catchUp.standing();
                context.progress("changes", changes, changes + standing.backlog(), 0);
                if (standing.backlog() <= near.mostBacklog() && standing.lag().compareTo(near.mostLag()) <= 0) {
                    return new StepResult.Passed("PostgreSQL has caught up: " + Counted.of(changes, "change")
                            + " brought over, " + Counted.of(standing.backlog(), "change") + " behind.",
                            Map.of("changes", changes));
                }
                context.ensureOwner();
                Thread.sleep(catchUp.pause(progress));
            }
        }
    }
}
