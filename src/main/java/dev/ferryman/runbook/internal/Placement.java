package dev.ferryman.runbook.internal;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Replicas;
import dev.ferryman.runbook.StepAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * Which replicas an execution is for, by its task's name: {@code step} is for all, {@code step@NODE} for those with that
 * label. A scheduler is only ever given executions whose names it knows, so nobody picks up what it cannot do.
 */
final class Placement {
    private final Map<String, StepAction> actions;
    private final DataSource stateStore;
    private final Map<String, SchedulerClient> clients = new ConcurrentHashMap<>();

    Placement(Map<String, StepAction> actions, DataSource stateStore) {
        this.actions = actions;
        this.stateStore = stateStore;
    }

    static String taskName(String kind, Optional<String> node) {
        return node.map(label -> kind + "@" + label).orElse(kind);
    }

    /** Where the files of a cutover are; empty where every replica reaches them. */
    static Optional<String> nodeOf(Cutover cutover) {
        return Optional.ofNullable(cutover.connections().get(Replicas.NODE));
    }

    /** Where a step may run; empty for anywhere. */
    Optional<String> nodeOf(Cutover cutover, String stepKey) {
        boolean anywhere = cutover.step(stepKey).map(step -> step.definition().uses()).map(actions::get)
                .map(StepAction::anywhere).orElse(false);
        return anywhere ? Optional.empty() : nodeOf(cutover);
    }

    /** Schedules an attempt, in the transaction at hand. */
    void schedule(Cutover cutover, StepTask task, Instant due) {
        Optional<String> node = nodeOf(cutover, task.stepKey());
        client(node).scheduleIfNotExists(task.instance(node), due);
    }

    /** Schedules a companion where it is not scheduled yet, in the transaction at hand. */
    void schedule(Cutover cutover, CompanionTask task, Instant due) {
        Optional<String> node = nodeOf(cutover);
        client(node).scheduleIfNotExists(task.instance(node), due);
    }

    /** Offers what was scheduled on another node where the cutover is now, in the transaction at hand. */
    void move(Cutover cutover, String from) {
        Optional<String> before = Optional.of(from);
        Optional<String> now = nodeOf(cutover);
        rename(cutover, StepTask.on(before), StepTask.on(now));
        rename(cutover, CompanionTask.on(before), CompanionTask.on(now));
    }

    /** Whoever had picked it up is not there any more, or finds its lease taken. */
    private void rename(Cutover cutover, TaskDescriptor<Void> before, TaskDescriptor<Void> now) {
        JdbcClient.create(stateStore)
                .sql("UPDATE scheduled_tasks SET task_name = ?, picked = ?, picked_by = NULL, last_heartbeat = NULL,"
                        + " version = version + 1 WHERE task_name = ? AND task_instance LIKE ?")
                .params(now.getTaskName(), false, before.getTaskName(), cutover.id() + "/%").update();
    }

    /** Schedules an announced rollback, in the transaction at hand. */
    void schedule(RollbackTimer timer, Instant due) {
        client(Optional.empty()).schedule(timer.instance(), due);
    }

    /** The client only needs the names; the handlers are with the schedulers that know them. */
    private SchedulerClient client(Optional<String> node) {
        return clients.computeIfAbsent(node.orElse(""), _ -> {
            List<Task<?>> known = new ArrayList<>();
            for (TaskDescriptor<Void> task : List.of(StepTask.on(node), CompanionTask.on(node),
                    RollbackTimer.DESCRIPTOR)) {
                known.add(Tasks.oneTime(task).execute((_, _) -> {}));
            }
            return SchedulerClient.Builder.create(new TransactionAwareDataSourceProxy(stateStore), known).build();
        });
    }
}
