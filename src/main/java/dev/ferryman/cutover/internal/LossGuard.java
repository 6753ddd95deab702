package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.RollbackPreview;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.RollbackGuard;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Lets a rollback begin by itself only where going back costs no write, as the cutover's page says it at that moment. */
@Component
class LossGuard implements RollbackGuard {
    private final ReplicationStore replications;
    private final HandoverRecord handovers;

    LossGuard(ReplicationStore replications, HandoverRecord handovers) {
        this.replications = replications;
        this.handovers = handovers;
    }

    @Override
    public Optional<String> objection(Cutover cutover) {
        RollbackPreview outlook = RollbackOutlook.of(cutover, replications.latest(cutover.id()),
                handovers.all(cutover.id()), Measurements.Times.NONE);
        return outlook.risky()
                ? Optional.of(outlook.losses() + " A person decides whether to go back.")
                : Optional.empty();
    }
}
