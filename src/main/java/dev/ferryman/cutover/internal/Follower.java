package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.GuardrailView;
import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.cutover.ReplicationView.State;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.replication.Freeze;
import dev.ferryman.replication.FreezeOptions;
import dev.ferryman.replication.FaultPoint;
import dev.ferryman.replication.Guardrail;
import dev.ferryman.replication.Progress;
import dev.ferryman.replication.ReplicationFailedException;
import dev.ferryman.replication.Standing;
import dev.ferryman.replication.SwitchBack;
import dev.ferryman.runbook.Companion;
import dev.ferryman.runbook.CompanionContext;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.LeaseLostException;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.runbook.SwitchSide;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Follows the side that takes writes, across gates and restarts, from the step {@code engine.follow} until the way back is
 * given up ({@code DESIGN.md} § 2.5, 2.7). The steps that hand writes over need it out of the way, and take its place.
 */
@Component
class Follower implements Companion {
    private static final Set<String> HANDING_OVER = Set.of(FreezeStep.TYPE, SwitchBackStep.TYPE, GiveBackStep.TYPE,
            RemoveReplicationStep.TYPE);
    private static final Set<String> ENDING = Set.of(SwitchBackStep.TYPE, GiveBackStep.TYPE,
            RemoveReplicationStep.TYPE);
    private static final Duration TOLD_EVERY = Duration.ofSeconds(1);
    private static final Duration GUARDRAILS_EVERY = Duration.ofSeconds(2);
    private static final Duration TIDIED_EVERY = Duration.ofSeconds(30);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(3);

    private final Material material;
    private final ReplicationStore store;
    private final DataPlaneMetrics meters;

    Follower(Material material, ReplicationStore store, DataPlaneMetrics meters) {
        this.material = material;
        this.store = store;
        this.meters = meters;
    }

    @Override
    public String type() {
        return "replication";
    }

    @Override
    public boolean wanted(Cutover cutover) {
        boolean begun = false;
        for (Step step : cutover.steps()) {
            String uses = step.definition().uses();
            if (uses == null) {
                continue;
            }
            begun |= uses.equals(FollowStep.TYPE) && step.status() == StepStatus.PASSED;
            if (HANDING_OVER.contains(uses) && step.status() == StepStatus.RUNNING
                    || ENDING.contains(uses) && step.status() == StepStatus.PASSED) {
                return false;
            }
        }
        return begun && (cutover.status() == Status.ACTIVE
                || cutover.rollback().filter(started -> started.side() != SwitchSide.BEFORE).isPresent());
    }

    @Override
    public void run(CompanionContext context) throws InterruptedException {
        try {
            followOrTell(context);
        } catch (InterruptedException | LeaseLostException e) {
            meters.followedElsewhere(context.cutoverId());
            throw e;
        }
    }

    private void followOrTell(CompanionContext context) throws InterruptedException {
        try {
            follow(context);
        } catch (ReplicationFailedException e) {
            stopped(context, String.valueOf(e.getMessage()), e.next());
        } catch (BadInputException e) {
            stopped(context, String.valueOf(e.getMessage()), e.next());
        }
    }

    private void follow(CompanionContext context) throws InterruptedException {
        Cutover cutover = material.runbook().get(context.cutoverId());
        Sides sides = material.sides(context);
        SwitchBack back = sides.switchBack(FaultPoint.NONE);
        if (back.pointOfNoReturn().isPresent()) {
            // A person has to finish the way back: there is nothing to follow meanwhile.
            Thread.sleep(AGAIN_AFTER);
            return;
        }
        Freeze freeze = sides.freeze(FaultPoint.NONE);
        boolean fenced = freeze.pointOfNoReturn().isPresent();
        if (fenced) {
            freeze.finish();
            back.settle();
        }
        FreezeOptions options = FreezeArguments.of(cutover, fenced ? SwitchBackStep.TYPE : FreezeStep.TYPE);
        try (Following following = fenced ? Following.Back.open(sides) : Following.Forward.open(sides);
                RowComparison comparison = RowComparison.open(sides)) {
            new Watching(context, sides, following, comparison, options).run();
        }
    }

    /** Says what stops it; how far it was stays known, so that the lag can be told while it does not go on. */
    private void stopped(CompanionContext context, String what, String next) throws InterruptedException {
        context.ensureOwner();
        Instant now = context.clock().instant();
        ReplicationView before = store.latest(context.cutoverId()).orElseGet(() -> new ReplicationView(
                Direction.FORWARD, State.STOPPED, now, null, 0, Duration.ZERO, 0, 0, 0, List.of(), List.of(), null,
                null));
        var view = new ReplicationView(before.direction(), State.STOPPED, now, before.syncedAt(), before.backlog(),
                before.lag(), before.changes(), before.rows(), before.unproved(), before.wholeTables(),
                before.guardrails(), what, next);
        store.put(context.cutoverId(), view);
        meters.lag(context.cutoverId(), view);
        context.changed();
        Thread.sleep(AGAIN_AFTER);
    }

    /** One unbroken stretch of following. */
    private final class Watching {
        private final CompanionContext context;
        private final Sides sides;
        private final Following following;
        private final FreezeOptions options;
        private final RowComparison comparison;
        private long changes;
        private long rows;
        private List<GuardrailView> guardrails = List.of();
        private Instant toldAt = Instant.MIN;
        private Instant guardedAt = Instant.MIN;
        private Instant tidiedAt;
        private String shown = "";

        Watching(CompanionContext context, Sides sides, Following following, RowComparison comparison,
                FreezeOptions options) {
            this.context = context;
            this.sides = sides;
            this.following = following;
            this.options = options;
            this.tidiedAt = context.clock().instant();
            this.comparison = comparison;
            store.of(context.cutoverId(), following.direction()).ifPresent(before -> {
                changes = before.changes();
                rows = before.rows();
            });
        }

        void run() throws InterruptedException {
            while (true) {
                Progress progress = following.step();
                changes += progress.changes();
                rows += progress.rows() + progress.deleted();
                if (progress.complete()) {
                    comparison.proveSettled(following);
                }
                Instant now = context.clock().instant();
                if (due(now, toldAt, TOLD_EVERY)) {
                    toldAt = now;
                    tell(now);
                }
                if (due(now, tidiedAt, TIDIED_EVERY)) {
                    tidiedAt = now;
                    tidy();
                }
                Thread.sleep(following.pause(progress));
            }
        }

        private void tell(Instant now) throws InterruptedException {
            context.ensureOwner();
            if (due(now, guardedAt, GUARDRAILS_EVERY)) {
                guardedAt = now;
                requireNoDrift();
                guardrails = following.guardrails(options).stream().map(Watching::view).toList();
            }
            Standing standing = following.standing();
            long unproved = standing.tables().stream().filter(table -> !table.whole())
                    .mapToLong(table -> Math.max(0, table.applied() - table.verified())).sum();
            var view = new ReplicationView(following.direction(), State.FOLLOWING, now, now.minus(standing.lag()),
                    standing.backlog(), standing.lag(), changes, rows, unproved, standing.wholeTablesChanged(),
                    guardrails, null, null);
            store.put(context.cutoverId(), view);
            meters.lag(context.cutoverId(), view);
            String news = view.state() + " " + view.backlog() + " " + view.lag().toSeconds() + " " + rows + " "
                    + unproved + " " + guardrails;
            if (!news.equals(shown)) {
                shown = news;
                context.changed();
            }
        }

        /** Where the source is another one than was captured, changes may be missing: following it would prove nothing. */
        private void requireNoDrift() {
            if (following.direction() == Direction.FORWARD) {
                sides.capture().drift().stream().findFirst().ifPresent(drift -> {
                    throw new ReplicationFailedException(drift.what(),
                            "The application goes on undisturbed with SQLite. Changes may have been missed, so that this"
                                    + " move cannot be finished: roll back, which costs nothing, and begin a new cutover"
                                    + " with the same settings, which plans what has changed.");
                });
            }
        }

        /** Forgets what is proved, so that the change tables do not grow for as long as people take to sign. */
        private void tidy() throws InterruptedException {
            sides.capture().purge(comparison.provedSince(), sides.lease());
        }

        private static GuardrailView view(Guardrail guardrail) {
            return new GuardrailView(guardrail.name(), guardrail.passed(), guardrail.sentence());
        }

        private static boolean due(Instant now, Instant last, Duration every) {
            return last.equals(Instant.MIN) || !now.isBefore(last.plus(every));
        }
    }
}
