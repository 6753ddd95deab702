package dev.ferryman.notify.internal;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionTemplate;

/** The scheduler of messages, beside the one of steps: a mail server that takes its time delays no step. */
final class Dispatch implements SmartLifecycle {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);

    private final Courier courier;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final boolean shared;
    private final Scheduler scheduler;
    private volatile boolean running;

    /**
     * How it is run.
     *
     * @param threads   messages handed over at once
     * @param heartbeat how often it shows that it lives
     * @param lease     one silent for so long counts as dead
     * @param shared    whether several processes may share the store
     */
    record Settings(int threads, Duration heartbeat, Duration lease, boolean shared) {}

    Dispatch(DataSource stateStore, JdbcClient jdbc, TransactionTemplate transactions, Courier courier, Clock clock,
            Settings settings) {
        this.courier = courier;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
        this.shared = settings.shared();
        this.scheduler = Scheduler.create(new TransactionAwareDataSourceProxy(stateStore), List.of(task()))
                .tableName(MessageSchedule.TABLE).threads(settings.threads()).heartbeatInterval(settings.heartbeat())
                .missedHeartbeatsLimit((int) settings.lease().dividedBy(settings.heartbeat())).pollingInterval(POLL)
                .schedulerName(new SchedulerName.Fixed("messages/" + ProcessHandle.current().pid()))
                .shutdownMaxWait(settings.heartbeat()).build();
    }

    private CustomTask<Void> task() {
        return Tasks.custom(MessageSchedule.DESCRIPTOR).onDeadExecutionRevive()
                .onFailure((complete, operations) -> operations.reschedule(complete,
                        complete.getTimeDone().plus(AFTER_A_FAULT)))
                .execute((instance, _) -> {
                    long id = Long.parseLong(instance.getId());
                    look(id);
                    // Decided under the message's lock: whoever gives it another time finds this either to come or over.
                    return (complete, operations) -> transactions.executeWithoutResult(_ -> courier.next(id)
                            .ifPresentOrElse(due -> operations.reschedule(complete, due), operations::remove));
                });
    }

    private void look(long id) {
        try {
            courier.look(id);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks for what is due. */
    void wake() {
        if (running) {
            scheduler.triggerCheckForDueExecutions();
        }
    }

    @Override
    public void start() {
        // The store's lock says that nobody else is there: what is being sent was being sent by the dead.
        if (!shared) {
            transactions.executeWithoutResult(_ -> jdbc.sql("UPDATE message_schedule SET picked = ?, picked_by = NULL,"
                    + " last_heartbeat = NULL, version = version + 1 WHERE picked = ?").params(false, true).update());
        }
        scheduler.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        scheduler.stop();
    }

    /** A scheduler that was stopped cannot be started again. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
