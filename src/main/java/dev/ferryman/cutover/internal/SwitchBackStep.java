package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.replication.CaptureState;
import dev.ferryman.replication.Freeze;
import dev.ferryman.replication.FreezeOptions;
import dev.ferryman.replication.FreezeOutcome;
import dev.ferryman.replication.PointOfNoReturn;
import dev.ferryman.replication.ReplicationFailedException;
import dev.ferryman.replication.ReverseSync;
import dev.ferryman.replication.SwitchBack;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import dev.ferryman.traffic.Side;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code freeze.switch-back}: gives writes back to SQLite with everything that was written to PostgreSQL, and takes the
 * application along ({@code DESIGN.md} § 2.8). Takes the arguments of {@link FreezeStep}.
 */
@Component
class SwitchBackStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "freeze.switch-back";

    private final Handover handover;
    private final HandoverRecord record;
    private final ReplicationStore replications;

    SwitchBackStep(Material material, Handover handover, HandoverRecord record, ReplicationStore replications) {
        super(TYPE, material);
        this.handover = handover;
        this.record = record;
        this.replications = replications;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return handover.check(with);
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        Sides sides = material().sides(context);
        FreezeOptions options = FreezeArguments.read(new Arguments(context.with()));
        Handover.Ready ready = handover.ready(context);
        var moments = new FreezeMoments(context, options.budget());
        Optional<CaptureState> capture = sides.capture().find();
        Freeze freeze = sides.freeze(moments);
        SwitchBack back = sides.switchBack(moments);
        Optional<PointOfNoReturn> returned = back.pointOfNoReturn();
        if (returned.isPresent()) {
            context.intent("Finish the way back, whose point of no return was passed at " + returned.get().at());
            back.settle();
            record.passed(context, Direction.BACK, returned.get().at());
        } else if (capture.isPresent() && freeze.pointOfNoReturn().isPresent()) {
            Optional<StepResult> stopped = handBack(context, sides, options, freeze, back);
            if (stopped.isPresent()) {
                return stopped.get();
            }
        } else if (capture.isPresent()) {
            return stayed(ready.to(Side.SOURCE, Optional.empty()));
        } else {
            return new StepResult.Failed(
                    "SQLite no longer records what it is to get back: everything of Ferryman was removed from it.",
                    "What was written to PostgreSQL since then is there only. To go back all the same, accept going on"
                            + " without this step; the list of those writes has to be made from PostgreSQL.");
        }
        return record.ended(context, Direction.BACK, ready.to(Side.SOURCE, moments.lockedAt()));
    }

    private Optional<StepResult> handBack(StepContext context, Sides sides, FreezeOptions options, Freeze freeze,
            SwitchBack back) throws InterruptedException {
        context.intent("Give writes back to SQLite");
        FreezeOutcome outcome;
        try {
            freeze.finish();
            back.settle();
            try (ReverseSync reverse = sides.reverseSync(); RowComparison proof = RowComparison.open(sides)) {
                outcome = back.switchBack(reverse, options, proof);
            }
        } catch (ReplicationFailedException e) {
            return Optional.of(new StepResult.Failed(e.getMessage() + " " + known(context.cutoverId()), e.next()));
        }
        return switch (outcome) {
            case FreezeOutcome.Switched switched -> {
                record.handedOver(context, Direction.BACK, switched);
                yield Optional.empty();
            }
            case FreezeOutcome.Cancelled cancelled -> {
                record.cancelled(context, Direction.BACK, cancelled.held(), options.budget());
                yield Optional.of(FreezeStep.cancelled(context, cancelled));
            }
            case FreezeOutcome.Refused refused -> Optional.of(FreezeStep.refused(context, refused.failed()));
        };
    }

    /** The freeze had failed before it fenced the source: the application never left it. */
    private static StepResult stayed(Handover.Gone gone) {
        return switch (gone.result()) {
            case StepResult.Passed passed ->
                new StepResult.Passed("Nothing was switched: SQLite has taken every write. " + passed.summary());
            case StepResult.Failed failed -> failed;
            case StepResult.Inconclusive unclear -> unclear;
        };
    }

    /** What is known to have come back, for whoever has to decide without PostgreSQL. */
    private String known(String cutoverId) {
        return replications.of(cutoverId, Direction.BACK).filter(view -> view.syncedAt() != null)
                .map(SwitchBackStep::known).orElse("Nothing has come back from PostgreSQL yet.");
    }

    private static String known(ReplicationView view) {
        return "What was written to PostgreSQL up to " + view.syncedAt() + " is in SQLite; "
                + (view.backlog() == 0 ? "nothing" : Counted.of(view.backlog(), "change"))
                + " was known to be on its way then. What came later is in PostgreSQL only.";
    }
}
