package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.ReplicationView;
import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.cutover.ReplicationView.State;
import dev.ferryman.replication.FreezeOptions;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.traffic.Change;
import dev.ferryman.traffic.TrafficException;
import dev.ferryman.traffic.TrafficRouter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code traffic.reads}: sends a percentage of reads to PostgreSQL while writes stay with SQLite. Arguments: {@code router}
 * (a name of the server's configuration), {@code percent} and {@code most-lag}: how far PostgreSQL may be behind. At
 * {@code percent: 0} nothing is asked of the lag.
 */
@Component
class TrafficReadsStep implements StepAction {
    /** The step's type. */
    static final String TYPE = "traffic.reads";
    /** Key of the percentage among the facts of a step that passed. */
    static final String PERCENT = "percent";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(200);

    private final TrafficArguments traffic;
    private final ReplicationStore replications;
    private final DataPlaneMetrics meters;

    TrafficReadsStep(TrafficArguments traffic, ReplicationStore replications, DataPlaneMetrics meters) {
        this.meters = meters;
        this.traffic = traffic;
        this.replications = replications;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public boolean needsSource() {
        return true;
    }

    @Override
    public boolean idempotent() {
        return true;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            traffic.router(arguments);
            percent(arguments);
            mostLag(arguments);
        });
    }

    private static int percent(Arguments arguments) {
        arguments.required(PERCENT);
        return arguments.number(PERCENT, 0, 0, 100);
    }

    /** How far PostgreSQL may be behind while it answers reads. */
    static Duration mostLag(Arguments arguments) {
        return arguments.duration("most-lag", FreezeOptions.defaults().mostLag());
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        var arguments = new Arguments(with);
        return Optional.of("It would send " + percent(arguments) + " % of reads to PostgreSQL at the router "
                + arguments.required("router") + ".");
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        TrafficRouter router = traffic.router(arguments);
        int percent = percent(arguments);
        Optional<String> stale = percent == 0 ? Optional.empty() : settled(context, mostLag(arguments));
        if (stale.isPresent()) {
            return new StepResult.Failed(stale.get() + " No share of reads was changed.",
                    "Readers would see old data. Wait until PostgreSQL has caught up, then retry; ‘percent: 0’ is"
                            + " always possible.");
        }
        router.planReads(percent).forEach(context::output);
        context.ensureOwner();
        try {
            Change change = router.shiftReads(percent, context.idempotencyKey(), new StepJournal(context));
            meters.readShare(context.cutoverId(), percent);
            return new StepResult.Passed((change instanceof Change.Done done
                    ? done.summary()
                    : "Nothing had to be changed") + "; read back: " + router.current().sentence(),
                    Map.of(PERCENT, percent));
        } catch (TrafficException e) {
            return new StepResult.Failed(String.valueOf(e.getMessage()),
                    "Users are served as is said here. Correct the cause and retry: the step can be repeated safely.");
        }
    }

    /** The same as {@link #behind}, after a moment in which following may begin, or a burst of writes may arrive. */
    private Optional<String> settled(StepContext context, Duration mostLag) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<String> stale = behind(replications.of(context.cutoverId(), Direction.FORWARD), mostLag);
            if (stale.isEmpty() || System.nanoTime() > until) {
                return stale;
            }
            Thread.sleep(LOOK_AGAIN_AFTER);
        }
    }

    /** Why readers of PostgreSQL would see data that is too old; empty where they would not. */
    static Optional<String> behind(Optional<ReplicationView> following, Duration mostLag) {
        if (following.isEmpty() || following.get().state() == State.ENDED) {
            return Optional.of("PostgreSQL does not follow SQLite.");
        }
        ReplicationView view = following.get();
        if (view.state() == State.STOPPED) {
            return Optional.of("PostgreSQL does not follow SQLite at the moment: " + view.what());
        }
        return view.lag().compareTo(mostLag) <= 0
                ? Optional.empty()
                : Optional.of("PostgreSQL is " + Watching.spoken(view.lag()) + " behind SQLite, more than the "
                        + Watching.spoken(mostLag) + " that ‘most-lag’ allows.");
    }
}
