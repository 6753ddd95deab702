package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.replication.FaultPoint;
import dev.ferryman.replication.Loss;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import dev.ferryman.traffic.Side;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code freeze.give-back}: gives writes back to SQLite without PostgreSQL, which is gone for good. It comes after
 * {@link SwitchBackStep}, and does nothing where that has done its work; where a person has decided to go on without that,
 * it says what is lost ({@code DESIGN.md} § 2.8).
 */
@Component
class GiveBackStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "freeze.give-back";

    private final Handover handover;
    private final HandoverRecord record;

    GiveBackStep(Material material, Handover handover, HandoverRecord record) {
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
        if (sides.freeze(FaultPoint.NONE).pointOfNoReturn().isEmpty()) {
            return new StepResult.Passed("SQLite takes writes already: nothing had to be given up.");
        }
        Handover.Ready ready = handover.ready(context);
        context.intent("Give writes back to SQLite without PostgreSQL");
        Loss loss = sides.switchBack(FaultPoint.NONE).withoutTarget(Sides.LOCK_LIMIT);
        String lost = "Lost is what was written to PostgreSQL after "
                + (loss.broughtOver() == null
                        ? loss.switchedAt() + ", when writes went there: nothing had been brought back"
                        : loss.broughtOver() + ", when the last writes were brought back; "
                                + Counted.of(loss.backlog(), "change") + " was known to be on its way then")
                + ".";
        context.output(lost);
        record.passed(context, Direction.BACK, context.clock().instant());
        return switch (ready.to(Side.SOURCE, Optional.empty()).result()) {
            case StepResult.Passed passed -> new StepResult.Passed(
                    "SQLite takes writes again, without PostgreSQL. " + lost + " " + passed.summary(),
                    Map.of("lostAfter",
                            (loss.broughtOver() == null ? loss.switchedAt() : loss.broughtOver()).toString(),
                            "knownBacklog", loss.backlog()));
            case StepResult.Failed failed -> failed;
            case StepResult.Inconclusive unclear -> unclear;
        };
    }
}
