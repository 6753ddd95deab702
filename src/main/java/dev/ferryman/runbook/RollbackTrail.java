package dev.ferryman.runbook;

import dev.ferryman.runbook.CutoverEvent.RollbackAnnounced;
import dev.ferryman.runbook.CutoverEvent.RollbackStarted;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the log says about going back.
 *
 * @param started the rollback that was started
 * @param pending one that begins by itself unless it is held
 * @param held    verdicts, as {@code step/attempt}, on which a person decides since a rollback for them was held
 */
record RollbackTrail(@Nullable RollbackStarted started, @Nullable PendingRollback pending, Set<String> held) {
    static final RollbackTrail EMPTY = new RollbackTrail(null, null, Set.of());

    RollbackTrail announced(RecordedEvent by, RollbackAnnounced event) {
        return new RollbackTrail(started, new PendingRollback(by.seq(), event.step(), event.attempt(), event.reason(),
                by.at(), event.due()), held);
    }

    RollbackTrail hold() {
        if (pending == null) {
            return this;
        }
        Set<String> more = new HashSet<>(held);
        more.add(verdict(pending.step(), pending.attempt()));
        return new RollbackTrail(started, null, Set.copyOf(more));
    }

    RollbackTrail started(RollbackStarted event) {
        return new RollbackTrail(event, null, held);
    }

    /** A step that is tried again, or gone on without, has no verdict any more. */
    RollbackTrail without(String step) {
        return pending != null && pending.step().equals(step) ? new RollbackTrail(started, null, held) : this;
    }

    boolean held(Step step) {
        return held.contains(verdict(step.key(), step.attempt()));
    }

    private static String verdict(String step, int attempt) {
        return step + "/" + attempt;
    }
}
