package dev.ferryman.runbook.internal;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.util.Optional;

/** The execution of a companion, named {@code cutover/type}. */
record CompanionTask(String cutoverId, String type) {
    private static final String NAME = "companion";
    /** Steps are keys of letters, digits and dashes, so that no step's lease is taken for a companion's. */
    private static final String MARK = "~";
    /** Companions have runs and no attempts. */
    static final int ATTEMPT = 0;

    /** Executions for replicas of a node, or for any. */
    static TaskDescriptor<Void> on(Optional<String> node) {
        return TaskDescriptor.of(Placement.taskName(NAME, node));
    }

    TaskInstance<Void> instance(Optional<String> node) {
        return new TaskInstance<>(on(node).getTaskName(), cutoverId + "/" + type);
    }

    /** Under which key its lease is kept. */
    String leaseKey() {
        return MARK + type;
    }

    /** How {@link Leases} names it. */
    String leaseName() {
        return leaseKey() + "/" + ATTEMPT;
    }

    static CompanionTask parse(String instanceId) {
        String[] parts = instanceId.split("/", -1);
        return new CompanionTask(parts[0], parts[1]);
    }
}
