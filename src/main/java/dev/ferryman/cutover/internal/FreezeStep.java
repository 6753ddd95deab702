package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.replication.CatchUp;
import dev.ferryman.replication.Freeze;
import dev.ferryman.replication.FreezeOptions;
import dev.ferryman.replication.FreezeOutcome;
import dev.ferryman.replication.Guardrail;
import dev.ferryman.replication.PointOfNoReturn;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.traffic.Side;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code freeze.switch}: lets the application's writes wait for a moment, hands them over to PostgreSQL and takes the
 * application along ({@code DESIGN.md} § 2.6). Whatever fails before the fence's commit leaves everything as it was; after
 * it a retry only finishes what is left. Takes the arguments of {@code traffic.switch}, of {@link FreezeArguments} and
 * {@code reload}.
 */
@Component
class FreezeStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "freeze.switch";

    private final Handover handover;
    private final HandoverRecord record;

    FreezeStep(Material material, Handover handover, HandoverRecord record) {
        super(TYPE, material);
        this.handover = handover;
        this.record = record;
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
        Freeze freeze = sides.freeze(moments);
        Optional<PointOfNoReturn> behind = freeze.pointOfNoReturn();
        if (behind.isPresent()) {
            context.intent("Finish the switch whose point of no return was passed at " + behind.get().at());
            freeze.finish();
            record.passed(context, Direction.FORWARD, behind.get().at());
        } else {
            ready.requireWay(Side.TARGET);
            context.intent("Freeze the source and hand writes over to PostgreSQL");
            FreezeOutcome outcome;
            try (CatchUp catchUp = sides.catchUp(); RowComparison proof = RowComparison.open(sides)) {
                outcome = freeze.switchOver(catchUp, options, proof);
            }
            switch (outcome) {
                case FreezeOutcome.Switched switched -> record.handedOver(context, Direction.FORWARD, switched);
                case FreezeOutcome.Cancelled cancelled -> {
                    record.cancelled(context, Direction.FORWARD, cancelled.held(), options.budget());
                    return cancelled(context, cancelled);
                }
                case FreezeOutcome.Refused refused -> {
                    return refused(context, refused.failed());
                }
            }
        }
        return record.ended(context, Direction.FORWARD, ready.to(Side.TARGET, moments.lockedAt()));
    }

    static StepResult cancelled(StepContext context, FreezeOutcome.Cancelled cancelled) {
        context.outcome("Cancelled; writers waited for " + cancelled.held().toMillis() + " ms");
        return new StepResult.Failed(cancelled.what() + (cancelled.held().isZero()
                ? " Nobody was made to wait."
                : " Writers waited for " + cancelled.held().toMillis() + " ms and went on."), cancelled.next());
    }

    static StepResult refused(StepContext context, List<Guardrail> failed) {
        context.outcome("Not begun");
        return new StepResult.Failed(
                "It was not begun, and nobody was made to wait: "
                        + String.join(" ", failed.stream().map(Guardrail::sentence).toList()),
                "Look after what is named, then retry.");
    }
}
