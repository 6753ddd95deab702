package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.HandoverView;
import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.cutover.RollbackPreview;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Phase;
import dev.ferryman.runbook.Rehearsal;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.SwitchSide;
import dev.ferryman.schema.Counted;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a rollback would do and cost now. */
final class RollbackOutlook {
    static final DateTimeFormatter AT = DateTimeFormatter
            .ofPattern("d MMM uuuu HH:mm:ss 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private RollbackOutlook() {}

    static RollbackPreview of(Cutover cutover, Optional<ReplicationView> replication, List<HandoverView> handovers,
            Measurements.Times times) {
        SwitchSide side = cutover.rollback().map(started -> started.side()).orElse(cutover.side());
        List<Step> steps = cutover.steps(Phase.ROLLBACK);
        Duration estimate = steps.stream()
                .flatMap(step -> times.of(step.key()).map(Measurements.Measured::took)
                        .or(() -> Optional.ofNullable(step.definition().estimate())).stream())
                .reduce(Duration.ZERO, Duration::plus);
        Rehearsal measured = times.latest(steps.stream().map(Step::key)).orElse(null);
        List<String> titles = steps.stream().map(Step::title).toList();
        if (!cutover.template().hasSource()) {
            boolean dropped = KeyChangeSteps.dropped(cutover);
            return new RollbackPreview(side, titles, estimate, measured, dropped
                    ? "The old values were given up: only a restore brings them back."
                    : "No row leaves this database: its steps take back the change of the schema.", dropped);
        }
        boolean live = cutover.template().steps().stream().anyMatch(step -> FreezeStep.TYPE.equals(step.uses()));
        if (side == SwitchSide.BEFORE) {
            return new RollbackPreview(side, titles, estimate, measured,
                    "No write is lost: the application has never left SQLite.", false);
        }
        return live
                ? live(cutover, side, titles, estimate, measured, replication, handovers)
                : new RollbackPreview(side, titles, estimate, measured, switch (side) {
                    case BEFORE, UNCERTAIN ->
                        "The switch was started: whatever the application has written to PostgreSQL would be lost."
                                + " The rollback lists those rows before it switches back.";
                    case AFTER -> "Everything written to PostgreSQL since "
                            + cutover.switchedAt().map(AT::format).orElse("the switch")
                            + " would be lost. The rollback lists those rows before it switches back.";
                }, true);
    }

    private static RollbackPreview live(Cutover cutover, SwitchSide side, List<String> titles, Duration estimate,
            @Nullable Rehearsal measured, Optional<ReplicationView> replication, List<HandoverView> handovers) {
        Optional<Instant> removed = cutover.steps().stream()
                .filter(step -> RemoveReplicationStep.TYPE.equals(step.definition().uses())
                        && step.status() == StepStatus.PASSED)
                .map(Step::lastAttempt).flatMap(Optional::stream).map(Attempt::endedAt).filter(Objects::nonNull)
                .map(Objects::requireNonNull).findFirst();
        boolean back = handovers.stream().anyMatch(one -> one.direction() == Direction.BACK);
        boolean there = handovers.stream().anyMatch(one -> one.direction() == Direction.FORWARD);
        Optional<ReplicationView> reverse = replication.filter(view -> view.direction() == Direction.BACK);
        String losses;
        boolean risky = false;
        if (back) {
            losses = "Writes are back in SQLite.";
        } else if (removed.isPresent()) {
            losses = "The way back was given up: everything written to PostgreSQL since " + AT.format(removed.get())
                    + " would be lost.";
            risky = true;
        } else if (!there) {
            losses = "No write is lost: the source itself tells which side has them, and they are brought along.";
        } else if (reverse.isEmpty()) {
            losses = "No write is lost: what is written to PostgreSQL is brought to SQLite first.";
        } else {
            losses = sentence(reverse.get());
            risky = reverse.get().state() == ReplicationView.State.STOPPED;
        }
        return new RollbackPreview(side, titles, estimate, measured, losses, risky);
    }

    private static String sentence(ReplicationView reverse) {
        String onTheWay = reverse.backlog() == 0
                ? "nothing is on its way"
                : Counted.of(reverse.backlog(), "change is", "changes are") + " on "
                        + (reverse.backlog() == 1 ? "its" : "their") + " way and brought over first";
        return switch (reverse.state()) {
            case FOLLOWING, ENDED -> "It costs 0 writes: SQLite follows PostgreSQL, " + onTheWay + ".";
            case STOPPED -> "SQLite does not follow PostgreSQL now. It has everything up to "
                    + (reverse.syncedAt() == null ? "the switch" : AT.format(reverse.syncedAt()))
                    + "; the rest is brought over first, if PostgreSQL can be reached, and would be lost otherwise.";
        };
    }
}
